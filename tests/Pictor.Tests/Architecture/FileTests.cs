using System.Text.RegularExpressions;

namespace Pictor.Tests.Architecture;

/// <summary>Where source files are, and how long they get.</summary>
public sealed partial class FileTests
{
    private const int Longest = 400;
    private static readonly string[] Projects = ["src/Pictor", "src/Pictor.Cli", "src/Pictor.Imaging"];

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        Repository.Files("src", "*.cs")
            .Select(path => (path, lines: File.ReadLines(Repository.PathOf("src", path)).Count()))
            .Where(file => file.lines > Longest)
            .ShouldBeEmpty();

    [Fact]
    public void No_file_lies_deeper_than_folder_and_subfolder() =>
        Projects.SelectMany(project => Repository.Files(project)).Where(path => path.Split('/').Length > 3).ShouldBeEmpty();

    [Fact]
    public void A_namespace_is_the_folder()
    {
        var wrong =
            from project in Projects
            from path in Repository.Files(project, "*.cs")
            let found = Namespace().Match(File.ReadAllText(Repository.PathOf(project, path)))
            where found.Success && found.Groups[1].Value != string.Join('.', [Path.GetFileName(project), .. path.Split('/')[..^1]])
            select $"{project}/{path} has {found.Groups[1].Value}";
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void A_file_without_a_namespace_is_the_program() =>
        Projects.SelectMany(project => Repository.Files(project, "*.cs").Where(path => !Namespace().IsMatch(File.ReadAllText(Repository.PathOf(project, path)))))
            .ShouldBe(["Program.cs", "Program.cs"]);

    [Fact]
    public void Nobody_hides_code_in_regions() =>
        Projects.SelectMany(project => Repository.Files(project, "*.cs").Where(path => Region().IsMatch(File.ReadAllText(Repository.PathOf(project, path))))).ShouldBeEmpty();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^\s*#region\b", RegexOptions.Multiline)]
    private static partial Regex Region();
}
