using System.Text.RegularExpressions;

namespace Pictor.Api;

/// <summary>
/// The <c>Content-Disposition</c> of a form part as clients write it: names with and without quotes, brackets and other scripts
/// in either. The framework's parser refuses what is no token.
/// </summary>
internal static partial class PartHeader
{
    /// <returns>The name, empty when there is none, and what the file is called; null when the part is none.</returns>
    public static (string Name, string? File) Read(string? disposition)
    {
        var name = "";
        string? file = null;
        foreach (Match parameter in Parameter().Matches(disposition ?? ""))
        {
            var value = parameter.Groups[2].Value.Trim();
            if (value.Length >= 2 && value[0] == '"' && value[^1] == '"')
            {
                value = value[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal);
            }

            switch (parameter.Groups[1].Value.ToLowerInvariant())
            {
                case "name":
                    name = value;
                    break;
                case "filename" or "filename*":
                    file = file is { Length: > 0 } ? file : value;
                    break;
            }
        }

        return (name, file);
    }

    [GeneratedRegex("""
        ;\s*([\w*]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)
        """, RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
