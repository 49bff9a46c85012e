using System.Security.Cryptography;
using System.Text;

namespace Pictor.Providers.Sandbox;

/// <summary>
/// SplitMix64, seeded from SHA-256 of a text and a seed: the same numbers on every machine, in every version of the runtime.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _state;

    private SeededRandom(ulong state) => _state = state;

    public static SeededRandom For(string text, uint seed)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{text}"));
        return new SeededRandom(BitConverter.ToUInt64(hash));
    }

    /// <summary>An independent stream, so that one layer's appetite for numbers does not move the others.</summary>
    public SeededRandom Fork() => new(NextBits());

    /// <summary>0 (included) to 1 (excluded).</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + ((high - low) * Next());

    /// <summary>0 (included) to <paramref name="count"/> (excluded).</summary>
    public int Below(int count) => (int)(Next() * count);

    public bool Chance(double probability) => Next() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    private ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
