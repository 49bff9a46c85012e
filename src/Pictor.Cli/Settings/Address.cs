using System.Text.RegularExpressions;

namespace Pictor.Cli.Settings;

/// <summary>The base URL as people paste it, brought to the form that paths are added to.</summary>
internal sealed partial record Address(Uri V1, Uri Root)
{
    public const string Default = "http://127.0.0.1:5080/v1";

    public static Address Parse(string text)
    {
        var pasted = text.Trim();
        if (!pasted.Contains("://", StringComparison.Ordinal))
        {
            pasted = (pasted.StartsWith("localhost", StringComparison.OrdinalIgnoreCase) || pasted.StartsWith("127.", StringComparison.Ordinal) ? "http://" : "https://") + pasted;
        }

        if (!Uri.TryCreate(pasted, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw CliException.Usage($"The base URL '{text}' is not an http or https address.");
        }

        // People paste the whole path of a call, forget /v1, or have it twice.
        var path = KnownDoor().Replace(uri.AbsolutePath.TrimEnd('/'), "");
        path = DoubledVersion().Replace(path, "$1");
        path = Version().IsMatch(path) ? path : path + "/v1";
        var origin = uri.GetLeftPart(UriPartial.Authority);
        return new Address(new Uri(origin + path + "/"), new Uri(origin + path[..(path.LastIndexOf('/') + 1)]));
    }

    [GeneratedRegex("/(images|chat|models)(/.*)?$")]
    private static partial Regex KnownDoor();

    [GeneratedRegex("(/v[0-9]+)(?:/v[0-9]+)+$")]
    private static partial Regex DoubledVersion();

    [GeneratedRegex("/v[0-9]+[a-z0-9]*$")]
    private static partial Regex Version();
}
