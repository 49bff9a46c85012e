using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Pictor.Benchmarks;

/// <summary>An upstream that begins its stream of events as soon as it is asked, for what a forwarder adds by itself.</summary>
internal sealed class InstantStream : IAsyncDisposable
{
    private static readonly byte[] First = Encoding.ASCII.GetBytes("data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n");
    private static readonly byte[] Last = "data: [DONE]\n\n"u8.ToArray();

    private readonly WebApplication _app;

    private InstantStream(WebApplication app) =>
        (_app, Address) = (app, new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));

    public Uri Address { get; }

    public static async Task<InstantStream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/{**path}", async (HttpContext http) =>
        {
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            http.Response.ContentType = "text/event-stream";
            await http.Response.Body.WriteAsync(First, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await http.Response.Body.WriteAsync(Last, http.RequestAborted);
        });
        await app.StartAsync();
        return new InstantStream(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
