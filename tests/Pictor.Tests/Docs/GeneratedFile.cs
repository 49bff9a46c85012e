using Pictor.Tests.Architecture;

namespace Pictor.Tests.Docs;

/// <summary>A page that is made from the code. With <c>PICTOR_WRITE_DOCS=1</c> it is written, and always compared.</summary>
internal static class GeneratedFile
{
    public static void ShouldHold(string path, string text)
    {
        var file = Repository.PathOf(path.Split('/'));
        if (Environment.GetEnvironmentVariable("PICTOR_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, text);
        }

        var written = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        written.ShouldBe(text, $"{path} is not what the code says. Write it again with: PICTOR_WRITE_DOCS=1 dotnet test tests/Pictor.Tests --filter GeneratedDocs");
    }
}
