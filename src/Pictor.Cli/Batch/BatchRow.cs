using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Pictor.Cli.Batch;

/// <summary>One wish of a list: what is sent, and what its file shall be called; or why the row cannot be used.</summary>
/// <param name="Number">Counted from 1, broken rows included.</param>
/// <param name="Line">Where it stands in the file.</param>
/// <param name="Parameters">All parameters but pictures; the prompt is among them.</param>
/// <param name="References">Paths and links.</param>
/// <param name="Output">A name below the output folder, or null.</param>
/// <param name="Fault">Why the row is broken; null when it is not.</param>
internal sealed record BatchRow(int Number, int Line, JsonObject Parameters, IReadOnlyList<string> References, string? Output, string? Fault)
{
    public string Prompt => Parameters["prompt"]?.ToString() ?? "";

    public int Count => CountOf(Parameters);

    /// <summary>How many pictures a body asks for, however the number is written in it.</summary>
    public static int CountOf(JsonObject body) => int.TryParse(body["n"]?.ToString(), out var n) ? n : 1;

    public static BatchRow Broken(int number, int line, string fault) => new(number, line, [], [], null, fault);

    /// <summary>The same for the same wish, wherever it stands in the file and whatever its file is called.</summary>
    public string Fingerprint(Func<string, string> fingerprintOfReference)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Parameters.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append('=').Append(value is null ? "null" : JsonText.Line(value)).Append('\n');
        }

        foreach (var reference in References)
        {
            text.Append("reference=").Append(fingerprintOfReference(reference)).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..40];
    }
}
