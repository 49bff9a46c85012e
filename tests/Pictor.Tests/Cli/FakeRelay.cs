using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Pictor.Tests.Cli;

/// <summary>A server that knows nothing of ours: what it got is kept, what it answers is the test's.</summary>
internal sealed class FakeRelay : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeRelay(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    // One red pixel.
    public const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

    public Uri Address { get; }

    public ConcurrentQueue<(string Path, JsonElement Body, IHeaderDictionary Headers)> Calls { get; } = new();

    public static async Task<FakeRelay> StartAsync(Func<HttpContext, JsonElement, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        FakeRelay relay = null!;
        app.Run(async http =>
        {
            JsonElement body = default;
            if (http.Request.HasJsonContentType())
            {
                body = (await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body)).Clone();
            }

            relay.Calls.Enqueue((http.Request.Path, body, new HeaderDictionary(http.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase))));
            await answer(http, body);
        });
        await app.StartAsync();
        return relay = new FakeRelay(app);
    }

    /// <summary>The answer of a relay that makes every picture.</summary>
    public static Task OnePictureAsync(HttpContext http) => JsonAsync(http, 200, "{\"created\":1,\"data\":[{\"b64_json\":\"" + Pixel + "\"}]}");

    public static async Task JsonAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(json);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
