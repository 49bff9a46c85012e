using System.Text.Json;

namespace Pictor.Images;

/// <summary>Fits a request as it was given to what a model takes. Pure; whatever is changed or left out is a warning.</summary>
internal static class ModelFit
{
    private const int LongestName = 60;

    /// <param name="given">The request with all that was given, its references measured where they are here.</param>
    /// <param name="capabilities">What the model takes.</param>
    /// <param name="warnings">What had to be adapted or ignored is added here.</param>
    public static ImageRequest Of(ImageRequest given, Capabilities capabilities, ICollection<Warning> warnings)
    {
        // What the model does not have is told about and goes no further.
        Ignore(given, capabilities, warnings);
        var request = given with
        {
            IsUnjudged = false,
            Given = [.. given.Given.Where(name => capabilities.Accepts(name) || !RequestNames.Optional.Contains(name))],
            Extra = new Dictionary<string, JsonElement>(),
            Size = given.AspectRatio is null ? given.Size : null,
        };
        if (request is { AspectRatio: null, Size: null })
        {
            return given.References.Count > 0 || capabilities.ChoosesSize
                ? ToReference(request, capabilities)
                : request with { Size = SizeFit.ForRatio(capabilities.Sizes, 1) };
        }

        return request with { Size = SizeFit.Fit(capabilities.Sizes, request.AspectRatio, request.Size, warnings) };
    }

    /// <summary>Without a ratio or size, the first reference decides; unchanged while its size is not known, and where the vendor was asked to choose.</summary>
    public static ImageRequest ToReference(ImageRequest request, Capabilities capabilities) =>
        request is { Size: null, IsUnjudged: false, References: [{ Size: { } first }, ..] } && !(capabilities.ChoosesSize && request.SizeWord == ImageRequest.Auto)
            ? request with { Size = SizeFit.ForRatio(capabilities.Sizes, first.Ratio) }
            : request;

    private static void Ignore(ImageRequest given, Capabilities capabilities, ICollection<Warning> warnings)
    {
        if (given.AspectRatio is { } ratio && (given.Size?.ToString() ?? OtherRatio(given.SizeWord, ratio)) is { } size)
        {
            warnings.Add(Warning.Ignored("size", size, "aspect_ratio and size were both given; aspect_ratio decides."));
        }

        foreach (var name in given.Given.Where(name => RequestNames.Optional.Contains(name) && !capabilities.Accepts(name)))
        {
            warnings.Add(Warning.Ignored(name, given.Shown(name), $"The model '{given.Model}' has no parameter '{name}'; it was ignored."));
        }

        foreach (var (name, value) in given.Extra)
        {
            var shown = name.Length > LongestName ? name[..LongestName] + "…" : name;
            var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
            warnings.Add(Warning.Ignored(shown, text, $"The gateway knows no parameter '{shown}'; it was ignored."));
        }
    }

    private static string? OtherRatio(string? word, AspectRatio ratio) => AspectRatio.TryParse(word, out var other) && other != ratio ? word : null;
}
