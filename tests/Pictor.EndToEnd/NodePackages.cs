using System.Collections.Concurrent;

namespace Pictor.EndToEnd;

/// <summary>The Node programs beside the tests, with the packages of their lock files installed there, once a run.</summary>
public sealed class NodePackages : IAsyncLifetime
{
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Installed = new(StringComparer.Ordinal);

    /// <summary>The samples that users copy.</summary>
    public string Samples { get; } = Path.Combine(AppContext.BaseDirectory, "samples");

    /// <summary>Programs that drive a gateway with the clients of others.</summary>
    public string Clients { get; } = Path.Combine(AppContext.BaseDirectory, "Clients", "node");

    /// <summary>Checks webhooks with a library that is not ours.</summary>
    public string Receiver { get; } = Path.Combine(AppContext.BaseDirectory, "Webhooks", "Receiver");

    public async ValueTask InitializeAsync()
    {
        foreach (var folder in (string[])[Path.Combine(Samples, "node"), Clients, Receiver])
        {
            await Installed.GetOrAdd(folder, path => new Lazy<Task>(() => InstallAsync(path))).Value;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task InstallAsync(string folder)
    {
        var wanted = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"));
        var stamp = Path.Combine(folder, "node_modules", ".installed");
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted)
        {
            return;
        }

        (await Shell.RunAsync(folder, environment: null, "npm", "ci", "--ignore-scripts", "--no-progress")).Lines();
        await File.WriteAllTextAsync(stamp, wanted);
    }
}
