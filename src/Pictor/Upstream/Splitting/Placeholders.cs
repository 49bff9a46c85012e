using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pictor.Upstream.Splitting;

/// <summary>The words that stand for files in one body. They hold 128 random bits made after the caller wrote its text, so none can be forged.</summary>
internal sealed class Placeholders
{
    private readonly string _start = $"spooled-{RandomNumberGenerator.GetHexString(32, lowercase: true)}-";

    /// <summary>Letters, digits and dashes: needs no escape in JSON and holds no separator of a prompt.</summary>
    public byte[] Make(int index) => Encoding.ASCII.GetBytes(_start + index.ToString(CultureInfo.InvariantCulture));

    /// <summary>-1 when the text is no placeholder of this body.</summary>
    public int IndexOf(string text) =>
        text.StartsWith(_start, StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(_start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : -1;

    public bool AreIn(string text) => text.Contains(_start, StringComparison.Ordinal);
}
