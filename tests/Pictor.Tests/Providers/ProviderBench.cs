using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pictor.FakeUpstreams;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Providers;
using Pictor.Upstream;

namespace Pictor.Tests.Providers;

/// <summary>One provider against one fake vendor, without the rest of the gateway: what it is called with, and what became of it.</summary>
internal sealed class ProviderBench : IAsyncDisposable
{
    private const int MostPolls = 200;

    private readonly Func<UpstreamClient, IProvider> _create;
    private readonly List<UpstreamClient> _clients = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("pictor-provider-").FullName;

    private ProviderBench(FakeUpstream fake, Func<UpstreamClient, IProvider> create) => (Fake, _create) = (fake, create);

    public FakeUpstream Fake { get; }

    public UpstreamOptions Upstream { get; } = new() { Allow = { ["tests"] = "127.0.0.0/8:*" }, RefusalTime = TimeSpan.Zero };

    /// <summary>The handles of all pending outcomes so far.</summary>
    public List<string> Handles { get; } = [];

    /// <summary>The vendor's ids of all calls so far.</summary>
    public List<string> UpstreamIds { get; } = [];

    /// <summary>The last call's provider kept nothing that the next one needs: each is made anew, as after a restart.</summary>
    public IProvider Provider => _create(NewClient());

    public static async Task<ProviderBench> StartAsync(Func<UpstreamClient, IProvider> create, FakeOptions? options = null) =>
        new(await FakeUpstream.StartAsync(options), create);

    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName;

    /// <summary>A reference image on disk.</summary>
    public ReferencePicture Reference(int width = 64, int height = 48, byte red = 200, string? link = null)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName() + ".png");
        using var picture = Picture.Solid(width, height, red, 90, 60);
        picture.Save(path, new PictureEncoding(PictureFormat.Png));
        return new ReferencePicture(path, "image/png", new PixelSize(width, height), new FileInfo(path).Length, link);
    }

    /// <summary>A reference image of about so many bytes.</summary>
    public ReferencePicture Noise(int bytes)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName() + ".png");
        File.WriteAllBytes(path, NoisePng.Make(bytes));
        var header = PictureProbe.Read(path, PictureLimits.Default);
        return new ReferencePicture(path, "image/png", new PixelSize(header.Width, header.Height), new FileInfo(path).Length, Link: null);
    }

    /// <summary>Starts the call and looks at it until it ends, each time with a provider that was made for it.</summary>
    public async Task<ProviderOutcome> RunAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        var outcome = await Provider.StartAsync(call, cancellationToken);
        for (var polls = 0; outcome is ProviderOutcome.Pending pending; polls++)
        {
            polls.ShouldBeLessThan(MostPolls, "the call is still pending");
            Handles.Add(pending.Handle);
            Note(pending);
            outcome = await Provider.CheckAsync(call, pending.Handle, cancellationToken);
        }

        Note(outcome);
        return outcome;

        void Note(ProviderOutcome seen)
        {
            if (seen.UpstreamId is { } id && !UpstreamIds.Contains(id))
            {
                UpstreamIds.Add(id);
            }
        }
    }

    /// <summary>The bytes of a picture that came back, fetched where it is a link.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The bench disposes of its clients.")]
    public async Task<PictureHeader> MeasureAsync(ProviderImage image)
    {
        var file = image.File ?? Path.Combine(_folder, Path.GetRandomFileName());
        if (image.Link is { } link)
        {
            await NewClient().FetchPictureAsync(link.AbsoluteUri, file, FetchLimits.ForReference(Upstream, null), CancellationToken.None);
        }

        return PictureProbe.Read(file, PictureLimits.Default);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Fake.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A client that this bench disposes of.</summary>
    public UpstreamClient NewClient()
    {
        var options = Options.Create(Upstream);
        var client = new UpstreamClient(new AddressGuard(options, TimeProvider.System), options, TimeProvider.System, NullLogger<UpstreamClient>.Instance);
        _clients.Add(client);
        return client;
    }
}
