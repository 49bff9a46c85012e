namespace Pictor.Tests.Architecture;

/// <summary>The sources that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution in it.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The files below a folder of the repository without what a build leaves there, as paths from that folder with forward slashes.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern = "*") =>
        [.. Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(PathOf(folder), path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or "data" or "TestResults"))
            .Order(StringComparer.Ordinal)];

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Pictor.slnx")) ? folder
            : Path.GetDirectoryName(folder) is { } above ? Find(above)
            : throw new InvalidOperationException("The tests run from inside the repository.");
}
