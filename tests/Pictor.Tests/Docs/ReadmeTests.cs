using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Pictor.Tests.Architecture;

namespace Pictor.Tests.Docs;

/// <summary>What the two READMEs promise is tried.</summary>
public sealed partial class ReadmeTests
{

    public static TheoryData<string> Readmes => ["README.md", "README.zh-CN.md"];

    /// <summary>Every page that a person reads, from the root of the repository.</summary>
    public static TheoryData<string> Pages =>
        [.. Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Fact]
    public void Both_readmes_have_the_same_code() => Blocks("README.zh-CN.md").ShouldBe(Blocks("README.md"));

    [Fact]
    public void Both_readmes_have_the_same_sections() => Headings("README.zh-CN.md").ShouldBe(Headings("README.md"));

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Every_command_is_run_somewhere(string readme) =>
        Commands(readme).Where(command => command[0] != "curl").Select(command => string.Join(' ', command).Replace("./", "", StringComparison.Ordinal))
            .ShouldAllBe(command => File.ReadAllText(Repository.PathOf(".ci/run")).Contains(command, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Readmes))]
    public async Task Every_curl_is_answered_in_the_order_of_the_page(string readme)
    {
        await using var gateway = await TestGateway.StartAsync();
        var variables = new Dictionary<string, string> { ["KEY"] = TestGateway.AdminKey };
        var calls = Commands(readme).Where(command => command[0] == "curl").ToList();
        calls.Count.ShouldBeGreaterThan(3);
        using var client = new HttpClient();
        foreach (var call in calls)
        {
            using var request = Request(call, gateway.Address, variables);
            using var answer = await client.SendAsync(request);
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.Accepted);
            variables["ID"] = (await answer.JsonAsync()).Text("id");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_inside_the_repository_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(page))!;
        var targets = Link().Matches(File.ReadAllText(Repository.PathOf(page))).Select(match => match.Groups[1].Value.Split('#')[0]);
        targets.Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target))).ShouldBeEmpty();
    }

    private static IReadOnlyList<string> Blocks(string page) =>
        [.. Block().Matches(File.ReadAllText(Repository.PathOf(page)).ReplaceLineEndings("\n")).Select(match => match.Value)];

    private static IEnumerable<int> Headings(string page) =>
        File.ReadLines(Repository.PathOf(page)).Where(line => line.StartsWith('#')).Select(line => line.IndexOf(' ', StringComparison.Ordinal));

    // The block of the command line is run as it stands, with its output, by Pictor.EndToEnd.
    private static IReadOnlyList<string[]> Commands(string page) =>
        [.. Blocks(page)
            .Where(block => block.StartsWith("```bash", StringComparison.Ordinal) && !block.Contains("\npictor ", StringComparison.Ordinal))
            .SelectMany(block => block.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')[1..^1])
            .Where(line => line.Trim().Length > 0)
            .Select(line => Word().Matches(line).Select(match => match.Value.Trim('\'', '"')).ToArray())];

    private static HttpRequestMessage Request(string[] call, Uri gateway, Dictionary<string, string> variables)
    {
        var request = new HttpRequestMessage();
        for (var i = 1; i < call.Length; i++)
        {
            switch (call[i])
            {
                case "-H":
                    var header = Filled(call[++i]).Split(": ", 2);
                    if (header[0] != "Content-Type")
                    {
                        request.Headers.TryAddWithoutValidation(header[0], header[1]).ShouldBeTrue();
                    }

                    break;
                case "-d":
                    request.Method = HttpMethod.Post;
                    request.Content = new StringContent(call[++i], Encoding.UTF8, "application/json");
                    break;
                default:
                    var address = Filled(call[i]);
                    address.ShouldStartWith("http://127.0.0.1:5080/");
                    request.RequestUri = new Uri(gateway, new Uri(address).PathAndQuery);
                    break;
            }
        }

        return request;

        string Filled(string text) => Variable().Replace(text, match => variables[match.Groups[1].Value]);
    }

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("'[^']*'|\"[^\"]*\"|\\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\$(\w+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
