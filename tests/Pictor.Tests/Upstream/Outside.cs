using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Pictor.Errors;
using Pictor.Upstream;

namespace Pictor.Tests.Upstream;

/// <summary>A client with its guard and a folder of its own, as the tests of this folder need it.</summary>
internal sealed class Outside : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pictor-upstream-");

    public Outside(Action<UpstreamOptions>? change = null, Func<string, IPAddress[]>? resolve = null)
    {
        Options = new UpstreamOptions { RefusalTime = TimeSpan.Zero };
        change?.Invoke(Options);
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        new UpstreamOptionsValidator().Validate(null, Options).Failures.ShouldBeNull();
        Guard = new AddressGuard(options, TimeProvider.System, (host, _) =>
        {
            Lookups.Add(host);
            return Task.FromResult((resolve ?? (_ => [IPAddress.Loopback, IPAddress.IPv6Loopback]))(host));
        });
        Client = new UpstreamClient(Guard, options, TimeProvider.System, NullLogger<UpstreamClient>.Instance);
    }

    public UpstreamOptions Options { get; }

    public AddressGuard Guard { get; }

    public UpstreamClient Client { get; }

    public List<string> Lookups { get; } = [];

    public string File => Path.Combine(_folder.FullName, "picture");

    public int FilesLeft => _folder.GetFileSystemInfos().Length;

    public static Outside Allowing(params RawServer[] servers) => new(options => Allow(options, servers));

    public static void Allow(UpstreamOptions options, params RawServer[] servers)
    {
        foreach (var server in servers)
        {
            options.Allow.Add($"s{server.Port}", $"127.0.0.1/32:{server.Port}");
        }
    }

    public Task<FetchedPicture> FetchAsync(string link, FetchLimits? limits = null) =>
        Client.FetchPictureAsync(link, File, limits ?? FetchLimits.ForReference(Options, "image[0]"), TestContext.Current.CancellationToken);

    /// <summary>Fetches what must fail, and checks what every failure has in common.</summary>
    public async Task<GatewayException> FailAsync(string link, FetchLimits? limits = null)
    {
        limits ??= FetchLimits.ForReference(Options, "image[0]");
        var exception = await Should.ThrowAsync<GatewayException>(() => FetchAsync(link, limits));
        exception.Error.ShouldBe(limits.Failure);
        FilesLeft.ShouldBe(0);
        return exception;
    }

    public string ReasonOf(GatewayException exception) => exception.InnerException.ShouldBeOfType<LinkFailedException>().Reason;

    public void Dispose()
    {
        Client.Dispose();
        _folder.Delete(recursive: true);
    }
}
