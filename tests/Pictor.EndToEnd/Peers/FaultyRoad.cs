using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Pictor.EndToEnd.Peers;

/// <summary>What goes wrong on the way to a server.</summary>
public enum Fault
{
    None,

    /// <summary>Every connection is reset.</summary>
    Down,

    /// <summary>403, as for a key that was taken away.</summary>
    Forbidden,

    /// <summary>503, as for a store with too much to do.</summary>
    Unavailable,

    /// <summary>503 and the start of its error page, then nothing.</summary>
    HalfRefused,

    /// <summary>No answer.</summary>
    Silent,

    /// <summary>A connection that breaks off in the middle of a body.</summary>
    Cut,
}

/// <summary>A road to a real server on which faults can be switched on; it leaves every byte as it is, so that signatures hold.</summary>
internal sealed class FaultyRoad : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    private FaultyRoad(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public Fault Fault { get; set; }

    /// <summary>Like <c>PUT 200</c>, in the order of the answers.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public static async Task<FaultyRoad> ToAsync(Uri server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        var road = new FaultyRoad(builder.Build());
        road._app.Run(http => road.PassAsync(http, server));
        await road._app.StartAsync();
        return road;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task PassAsync(HttpContext http, Uri server)
    {
        switch (Fault)
        {
            case Fault.Down:
                http.Abort();
                return;
            case Fault.Forbidden or Fault.Unavailable:
                http.Response.StatusCode = Fault == Fault.Forbidden ? 403 : 503;
                await http.Response.WriteAsync($"<Error><Code>{(Fault == Fault.Forbidden ? "AccessDenied" : "SlowDown")}</Code></Error>");
                return;
            case Fault.HalfRefused:
                (http.Response.StatusCode, http.Response.ContentLength) = (503, 1000);
                await http.Response.WriteAsync("<Error>");
                await http.Response.Body.FlushAsync();
                goto case Fault.Silent;
            case Fault.Silent:
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case Fault.Cut when HttpMethods.IsPut(http.Request.Method):
                await http.Request.Body.ReadExactlyAsync(new byte[100]);
                http.Abort();
                return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), new Uri(server, http.Request.Path + http.Request.QueryString));
        if (http.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(http.Request.Body);
        }

        foreach (var (name, value) in http.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }

        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Transfer-Encoding" or "Connection")))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        Calls.Enqueue($"{http.Request.Method} {(int)answer.StatusCode}");
        await using var body = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        if (Fault == Fault.Cut)
        {
            await http.Response.Body.WriteAsync((await ReadAsync(body, 100)).AsMemory());
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }

        await body.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static async Task<byte[]> ReadAsync(Stream body, int count)
    {
        var bytes = new byte[count];
        return bytes[..await body.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false)];
    }
}
