using System.Text;

namespace Pictor.Upstream.Splitting;

/// <summary>Names of JSON members, looked up as they stand in the body.</summary>
internal sealed class FieldNames(params IEnumerable<string> names)
{
    public static readonly FieldNames None = new();

    private readonly byte[][] _quoted = [.. names.Select(name => Encoding.UTF8.GetBytes($"\"{name}\""))];

    /// <param name="quoted">The name with its quotes; one that is written with escapes is not found.</param>
    public bool Contains(ReadOnlySpan<byte> quoted)
    {
        foreach (var name in _quoted)
        {
            if (quoted.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }
}
