namespace Pictor.Images;

/// <summary>The format a caller wants its pictures in.</summary>
internal enum OutputFormat
{
    Png,
    Jpeg,
    WebP,
}

/// <summary>How a picture is handed over: behind a link, or as base64 inside the answer.</summary>
internal enum ResponseFormat
{
    Url,
    B64Json,
}

/// <summary>The names that formats have over HTTP and on disk.</summary>
internal static class OutputFormats
{
    /// <summary>The value of <c>output_format</c>: <c>png</c>, <c>jpeg</c> or <c>webp</c>.</summary>
    public static string Name(this OutputFormat format) => format switch
    {
        OutputFormat.Png => "png",
        OutputFormat.Jpeg => "jpeg",
        _ => "webp",
    };

    /// <summary>The ending of a link or file name, without the dot.</summary>
    public static string Extension(this OutputFormat format) => format == OutputFormat.Jpeg ? "jpg" : format.Name();

    public static string MediaType(this OutputFormat format) => "image/" + format.Name();

    /// <summary>Reads <c>output_format</c>; <c>jpg</c> is taken for <c>jpeg</c>.</summary>
    public static bool TryParse(string name, out OutputFormat format)
    {
        format = name switch
        {
            "jpeg" or "jpg" => OutputFormat.Jpeg,
            "webp" => OutputFormat.WebP,
            _ => OutputFormat.Png,
        };
        return name is "png" or "jpeg" or "jpg" or "webp";
    }

    /// <summary>Reads a name that was written here before.</summary>
    public static OutputFormat Parse(string name) =>
        TryParse(name, out var format) ? format : throw new ArgumentException($"'{name}' is no format.", nameof(name));

    public static string Name(this ResponseFormat format) => format == ResponseFormat.Url ? "url" : "b64_json";
}
