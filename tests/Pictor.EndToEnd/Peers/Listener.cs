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

    /// <summary>What each call waits for before it is answered.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Deliveries that came once more while a call with the same id was not answered yet.</summary>
    public ConcurrentQueue<string> Overlapping { get; } = new();

    /// <summary>The ids of what came.</summary>
    public string[] Ids => [.. Came.Select(headers => headers["webhook-id"])];

    /// <summary>The setting that lets the gateway reach it.</summary>
    public (string Name, string? Value) Allowed => ("Pictor__Upstream__Allow__listener", $"127.0.0.1/32:{Address.Port}");

    public static async Task<Listener> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var listener = new Listener(builder.Build());
        var open = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        listener._app.MapPost("/hook", async http =>
        {
            var id = http.Request.Headers["webhook-id"].ToString();
            if (!open.TryAdd(id, true))
            {
                listener.Overlapping.Enqueue(id);
            }

            listener.Came.Enqueue(http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            await listener.Gate;
            open.TryRemove(id, out _);
        });
        await listener._app.StartAsync();
        return listener;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
