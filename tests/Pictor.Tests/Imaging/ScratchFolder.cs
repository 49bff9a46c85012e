namespace Pictor.Tests.Imaging;

/// <summary>A folder of one test's own, gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pictor-imaging-");

    public string this[string name] => Path.Combine(folder.FullName, name);

    public string Put(string name, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public void Dispose() => folder.Delete(recursive: true);
}
