using Pictor.Images;
using Pictor.Imaging;
using Pictor.Providers;
using Pictor.Providers.Sandbox;

namespace Pictor.Tests.Providers.Sandbox;

/// <summary>A provider with a work folder of its own, and short ways to call it.</summary>
public sealed class SandboxCalls : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("pictor-sandbox-").FullName;

    internal SandboxOptions Options { get; } = new();

    internal TimeProvider Time { get; set; } = TimeProvider.System;

    internal List<int> Progress { get; } = [];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    internal ImageRequest Request(string prompt) => new()
    {
        Model = "flux-dev",
        Prompt = prompt,
        Seed = 7,
        Size = new PixelSize(512, 512),
        OutputFormat = OutputFormat.Png,
        ResponseFormat = ResponseFormat.Url,
    };

    internal ProviderCall Call(ImageRequest request) => new()
    {
        JobId = "job",
        Attempt = 1,
        Channel = new ChannelSettings("sandbox", null, null, new Dictionary<string, string>()),
        UpstreamModel = request.Model,
        Request = request,
        WorkFolder = Directory.CreateDirectory(Path.Combine(Folder, Path.GetRandomFileName())).FullName,
        Progress = Progress.Add,
    };

    internal async Task<ProviderOutcome> StartAsync(ProviderCall call, CancellationToken cancellationToken = default)
    {
        using var provider = new SandboxProvider(Options, Time);
        return await provider.StartAsync(call, cancellationToken);
    }

    internal async Task<ProviderOutcome.Done> DrawAsync(ProviderCall call) =>
        (await StartAsync(call)).ShouldBeOfType<ProviderOutcome.Done>();

    internal async Task<ProviderOutcome.Done> DrawAsync(ImageRequest request) => await DrawAsync(Call(request));

    /// <summary>The file of the only picture.</summary>
    internal async Task<string> FileAsync(ImageRequest request) => (await DrawAsync(request)).Images.ShouldHaveSingleItem().File.ShouldNotBeNull();

    internal async Task<Picture> PictureAsync(ImageRequest request) => Picture.Open(await FileAsync(request), PictureLimits.Default);

    /// <summary>A picture of ours as a reference.</summary>
    internal ReferencePicture Save(Picture picture)
    {
        var path = Path.Combine(Folder, Path.GetRandomFileName() + ".png");
        picture.Save(path, new PictureEncoding(PictureFormat.Png));
        return new ReferencePicture(path, "image/png", new PixelSize(picture.Width, picture.Height), new FileInfo(path).Length, null);
    }
}
