using System.Buffers;
using Pictor.Images;

namespace Pictor.Assets;

/// <summary>What a stored picture is called, in links and in the stores: id and file type.</summary>
/// <param name="Id">Like <c>img_…</c>, unguessable.</param>
/// <param name="Format">Decides the ending.</param>
internal readonly record struct AssetName(string Id, OutputFormat Format)
{
    private const string Prefix = "img_";
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("_0123456789abcdefghijklmnopqrstuvwxyz");

    /// <summary>Two random characters, to spread pictures over folders.</summary>
    public string Shard => Id.Substring(Prefix.Length, 2);

    /// <summary>Reads the last part of a link; null when it cannot be one of ours.</summary>
    public static AssetName? Read(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > Prefix.Length + 2
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && name.AsSpan(0, dot).IndexOfAnyExcept(IdCharacters) < 0
            && OutputFormats.TryParse(name[(dot + 1)..], out var format)
                ? new AssetName(name[..dot], format)
                : null;
    }

    public static AssetName Of(ResultImage image) => new(image.AssetId, image.Format);

    public override string ToString() => $"{Id}.{Format.Extension()}";
}
