using System.Collections.Frozen;
using Pictor.Images;

namespace Pictor.Providers.OpenAI;

/// <summary>OpenAI's picture models as the Images API takes them. Unknown names are taken for the family they begin with.</summary>
internal static class OpenAIModels
{
    public const int MostReferences = 16;

    private const string Checked = "2026-08-21";

    private static readonly FrozenSet<string> GptParameters = Set("aspect_ratio", "size", "quality", "background", "moderation", "output_compression", "input_fidelity", "user");

    private static readonly Capabilities Gpt = new()
    {
        Sizes = new SizeRule.Listed(new PixelSize(1024, 1024), new PixelSize(1536, 1024), new PixelSize(1024, 1536)),
        Parameters = GptParameters,
        ChoosesSize = true,
        MaxReferences = MostReferences,
        Mask = true,
        ReportsUsage = true,
    };

    private static readonly Capabilities Gpt2 = Gpt with { Sizes = new SizeRule.Free(16, 655_360, 8_294_400, 3840, 3) };

    /// <summary>Where quality and size decide the price there is none here: the catalogue has those of the models it knows.</summary>
    public static IReadOnlyList<ProviderModel> All { get; } =
    [
        new("gpt-image-2", Gpt2, null, Checked, 10),
        new("gpt-image-1.5", Gpt, null, Checked, 10),
        new("gpt-image-1", Gpt, null, Checked, 10),
        new("gpt-image-1-mini", Gpt with { Parameters = Set([.. GptParameters.Where(name => name != "input_fidelity")]) }, null, Checked, 10),
        new(
            "dall-e-3",
            new Capabilities
            {
                Sizes = new SizeRule.Listed(new PixelSize(1024, 1024), new PixelSize(1792, 1024), new PixelSize(1024, 1792)),
                Parameters = Set("aspect_ratio", "size", "quality", "style", "user"),
            },
            null,
            Checked),
        new(
            "dall-e-2",
            new Capabilities
            {
                Sizes = new SizeRule.Listed(new PixelSize(1024, 1024), new PixelSize(512, 512), new PixelSize(256, 256)),
                Parameters = Set("aspect_ratio", "size", "user"),
                MaxReferences = 1,
                Mask = true,
            },
            20_000,
            Checked,
            10),
    ];

    /// <summary>
    /// The row a call goes by: the upstream's name, or, where that is a name of the customer's own (an Azure deployment), the public
    /// one; what is neither is taken for the newest.
    /// </summary>
    public static ProviderModel For(ProviderCall call) => Find(call) ?? All[0];

    /// <summary>True when the model is known to be of the family that streams and reports its tokens.</summary>
    public static bool IsGptImage(ProviderCall call) => Find(call)?.Capabilities.ReportsUsage == true;

    /// <summary>The row of the upstream's name or of the public one; null when neither is known.</summary>
    public static ProviderModel? Find(string upstreamModel, string model) => Known(upstreamModel) ?? Known(model);

    private static ProviderModel? Find(ProviderCall call) => Find(call.UpstreamModel, call.Request.Model);

    private static ProviderModel? Known(string name) =>
        All.FirstOrDefault(model => model.Name == name)
        ?? (name switch
        {
            _ when name.StartsWith("gpt-image-1-mini", StringComparison.Ordinal) => Row("gpt-image-1-mini"),
            _ when name.StartsWith("gpt-image-1.5", StringComparison.Ordinal) => Row("gpt-image-1.5"),
            _ when name.StartsWith("gpt-image-1-", StringComparison.Ordinal) || name.StartsWith("gpt-4o-image", StringComparison.Ordinal) => Row("gpt-image-1"),
            _ when name.StartsWith("gpt-image-", StringComparison.Ordinal) || name.StartsWith("chatgpt-image-", StringComparison.Ordinal) => Row("gpt-image-2"),
            _ => null,
        });

    private static ProviderModel Row(string name) => All.First(model => model.Name == name);

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.Ordinal);
}
