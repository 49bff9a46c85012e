using System.Globalization;

namespace Pictor.Api;

/// <summary>The names of form parts as clients write them: <c>image[]</c>, <c>image[0]</c>, <c>image_1</c>, <c>extra_body[seed]</c>.</summary>
internal static class FormNames
{
    private static readonly string[] Pictures = ["image", "images", "input_image", "input_references", "mask"];

    /// <summary>What a part is about.</summary>
    /// <param name="Field">The parameter.</param>
    /// <param name="InExtraBody">Given as <c>extra_body[field]</c>.</param>
    /// <param name="IsPicture">It brings a picture, and may come more than once.</param>
    public readonly record struct Name(string Field, bool InExtraBody, bool IsPicture);

    public static Name Read(string written)
    {
        var inExtraBody = written.StartsWith("extra_body[", StringComparison.Ordinal) && written.EndsWith(']');
        var name = inExtraBody ? written["extra_body[".Length..^1] : written;
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        var start = bracket > 0 && name.EndsWith(']') ? name[..bracket] : name;
        if (Array.IndexOf(Pictures, start) >= 0)
        {
            return new Name(start, inExtraBody, IsPicture: true);
        }

        return start switch
        {
            _ when IsNumbered(start, "input_image_") => new Name(start, inExtraBody, IsPicture: true),
            _ when IsNumbered(start, "image_") => new Name("image", inExtraBody, IsPicture: true),
            _ => new Name(name, inExtraBody, IsPicture: false),
        };
    }

    private static bool IsNumbered(string name, string start) =>
        name.StartsWith(start, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= 99;
}
