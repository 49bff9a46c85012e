namespace Pictor.EndToEnd;

/// <summary>The samples beside the tests, with the packages of their lock file installed there.</summary>
public sealed class NodePackages : IAsyncLifetime
{
    public string Samples { get; } = Path.Combine(AppContext.BaseDirectory, "samples");

    public async ValueTask InitializeAsync()
    {
        var folder = Path.Combine(Samples, "node");
        var wanted = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"));
        var stamp = Path.Combine(folder, "node_modules", ".installed");
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted)
        {
            return;
        }

        (await Shell.RunAsync(folder, environment: null, "npm", "ci", "--ignore-scripts", "--no-progress")).Lines();
        await File.WriteAllTextAsync(stamp, wanted);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
