namespace Pictor.Images;

/// <summary>What a model accepts. Whatever a caller gives beyond it is adapted or ignored, with a warning.</summary>
internal sealed record Capabilities
{
    /// <summary>Which sizes the model draws, and how a ratio becomes one of them.</summary>
    public required SizeRule Sizes { get; init; }

    /// <summary>The optional parameters that are passed on, by their public names.</summary>
    public required IReadOnlySet<string> Parameters { get; init; }

    /// <summary>True where the vendor chooses the size of a request that names none, and knows <c>auto</c> for it.</summary>
    public bool ChoosesSize { get; init; }

    /// <summary>How many reference images one request may carry; 0 for none.</summary>
    public int MaxReferences { get; init; }

    public bool Mask { get; init; }

    /// <summary>How many pictures one request may ask for, 1 to 10.</summary>
    public int MaxN { get; init; } = 10;

    public OutputFormat DefaultFormat { get; init; } = OutputFormat.Png;

    public IReadOnlyList<OutputFormat> Formats { get; init; } = [OutputFormat.Png, OutputFormat.Jpeg, OutputFormat.WebP];

    public ResponseFormat DefaultResponse { get; init; } = ResponseFormat.Url;

    /// <summary>The values of <c>quality</c> the catalogue knows; an unknown one is passed on unjudged. Empty: no such parameter.</summary>
    public IReadOnlyList<string> Qualities { get; init; } = [];

    /// <summary>True for the gpt-image family, whose answers carry <c>usage</c>.</summary>
    public bool ReportsUsage { get; init; }

    public bool Accepts(string param) => Parameters.Contains(param);
}
