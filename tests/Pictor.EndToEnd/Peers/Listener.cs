using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Pictor.EndToEnd.Peers;

/// <summary>Somebody's webhook address: says 200 and keeps what came.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Listener(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The headers of what came.</summary>
    public ConcurrentQueue<Dictionary<string, string>> Came { get; } = new();

    /// <summary>The setting that lets the gateway reach it.</summary>
    public (string Name, string? Value) Allowed => ("Pictor__Upstream__Allow__listener", $"127.0.0.1/32:{Address.Port}");

    public static async Task<Listener> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var listener = new Listener(builder.Build());
        listener._app.MapPost("/hook", http =>
        {
            listener.Came.Enqueue(http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            return Task.CompletedTask;
        });
        await listener._app.StartAsync();
        return listener;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
