using Pictor.Imaging;

namespace Pictor.Providers.Sandbox;

/// <summary>Temporary.</summary>
internal sealed class SandboxProvider : IProvider
{
    public string Name => "sandbox";

    public bool IsFreeAndRepeatable => true;

    public IReadOnlyList<ProviderModel> Models => [];

    public ValueTask<ProviderOutcome> StartAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        var list = new List<ProviderImage>();
        for (var i = 0; i < call.Request.N; i++)
        {
            var path = Path.Combine(call.WorkFolder, $"p{i}");
            using var picture = Picture.Solid(call.Request.Size!.Value.Width, call.Request.Size!.Value.Height, 10, 100, 30);
            picture.Save(path, new PictureEncoding(PictureFormat.Png));
            list.Add(ProviderImage.FromFile(path));
        }

        return new(new ProviderOutcome.Done(list) { Seed = call.Request.Seed });
    }

    public ValueTask<ProviderOutcome> CheckAsync(ProviderCall call, string handle, CancellationToken cancellationToken) => throw new NotSupportedException();
}
