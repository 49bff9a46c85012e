namespace Pictor.Tests.Architecture;

/// <summary>One provider is one folder, and every folder has the same files.</summary>
public sealed class ProviderFolderTests
{
    private static readonly string[] Headings = ["What it does", "Channel settings", "Models", "Parameters"];

    public static TheoryData<string> Folders =>
        [.. Directory.EnumerateDirectories(Repository.PathOf("src", "Pictor", "Providers")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Has_the_files_that_every_provider_has(string provider)
    {
        var files = Repository.Files($"src/Pictor/Providers/{provider}");
        string[] expected = [$"{provider}Provider.cs", $"{provider}Mapping.cs", $"{provider}Models.cs", "README.md"];
        expected.Except(files).ShouldBeEmpty($"Providers/{provider} lacks files");
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Stands_in_the_one_list(string provider) =>
        Lines().ShouldContain(line => line.StartsWith($".AddProvider<{provider}Provider", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Folders))]
    public void Tells_callers_and_operators_what_they_need_to_know(string provider)
    {
        var text = File.ReadAllText(Repository.PathOf("src", "Pictor", "Providers", provider, "README.md"));
        Headings.Where(heading => !text.Contains("## " + heading, StringComparison.Ordinal)).ShouldBeEmpty($"Providers/{provider}/README.md lacks headings");
    }

    [Fact]
    public void The_list_is_alphabetical()
    {
        Lines().ShouldNotBeEmpty();
        Lines().ShouldBe(Lines().Order(StringComparer.Ordinal));
    }

    private static IReadOnlyList<string> Lines() =>
        [.. File.ReadLines(Repository.PathOf("src", "Pictor", "Providers", "ProviderList.cs"))
            .Select(line => line.Trim().TrimEnd(';'))
            .Where(line => line.StartsWith(".AddProvider<", StringComparison.Ordinal))];
}
