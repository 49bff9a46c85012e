namespace Pictor.Cli.Batch;

/// <summary>A list that comes through a pipe, kept in a file: it is read more than once.</summary>
internal sealed class StdinCopy : IDisposable
{
    private StdinCopy(string path) => Path = path;

    public string Path { get; }

    public static async Task<StdinCopy> MakeAsync(Session session)
    {
        var path = System.IO.Path.GetTempFileName();
        await File.WriteAllTextAsync(path, await session.Surroundings.ReadToEndAsync(session.Now), session.Now);
        return new StdinCopy(path);
    }

    public void Dispose() => File.Delete(Path);
}
