using System.Text.RegularExpressions;

namespace Pictor.EndToEnd.Cli;

/// <summary>The command line's section of the README is a copy of what is run here: the commands and what they print.</summary>
public sealed partial class ReadmeTests(SharedGateway shared)
{
    private const string Publish = "dotnet publish src/Pictor.Cli -c Release -o D";

    [Fact]
    public async Task The_section_is_what_happens()
    {
        var lines = Section().Match(await File.ReadAllTextAsync(GatewayProcess.Metadata("Readme"))).Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // Publishing is .ci/run's; what it makes is what PICTOR_CLI names.
        lines[0].ShouldBe(Publish);
        using var user = new CliUser(server: null, key: null);
        user.Environment["KEY"] = GatewayProcess.AdminKey;
        Directory.CreateDirectory(user.PathOf("D"));
        File.CreateSymbolicLink(user.PathOf("D/pictor"), CliUser.Executable);
        var script = string.Join('\n', lines.Skip(1)).Replace("http://127.0.0.1:5080", shared.Gateway.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        var run = await user.BashAsync(script);

        // Rows of a batch end in any order.
        run.Lines().Order(StringComparer.Ordinal).ShouldBe(lines.Where(line => line.StartsWith("# ", StringComparison.Ordinal)).Select(line => line[2..]).Order(StringComparer.Ordinal));
        run.Lines().Where(line => line.StartsWith("pictures/", StringComparison.Ordinal)).ShouldAllBe(path => Pixels.Decode(user.PathOf(path)).Width > 100);
    }

    [GeneratedRegex("^## Command line$.*?^```bash\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();
}
