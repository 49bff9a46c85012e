namespace Pictor.Upstream.Splitting;

/// <summary>Where <see cref="JsonBodySplitter"/> puts what it takes out of a body, and the limits it holds. All figures are bytes.</summary>
internal sealed record BodySplitLimits
{
    /// <summary>The folder of the temporary files; made when it is missing. A killed process leaves its files there.</summary>
    public required string Folder { get; init; }

    /// <summary>Members whose strings are pictures or links to them: all base64 in them goes to a file, however short.</summary>
    public FieldNames Pictures { get; init; } = FieldNames.None;

    /// <summary>Members whose strings are texts that show pictures: all data URIs in them go to files, however short; bare base64 is text.</summary>
    public FieldNames Texts { get; init; } = FieldNames.None;

    /// <summary>In other members: base64 that takes more than this in the body goes to a file; shorter stays in the JSON.</summary>
    public int Threshold { get; init; } = 64 * 1024;

    /// <summary>Data URIs inside a text count too: behind a bracket, a quotation mark or a blank, as in markdown.</summary>
    public bool LooksInText { get; init; }

    /// <summary>The whole body as it was sent.</summary>
    public long MaxBodyBytes { get; init; } = 50L * 1024 * 1024;

    /// <summary>One decoded picture.</summary>
    public long MaxPictureBytes { get; init; } = 25L * 1024 * 1024;

    /// <summary>The text of one string; base64 in it is not counted.</summary>
    public int MaxTextBytes { get; init; } = 512 * 1024;

    /// <summary>The JSON that is left when the pictures are out.</summary>
    public int MaxJsonBytes { get; init; } = 4 * 1024 * 1024;
}
