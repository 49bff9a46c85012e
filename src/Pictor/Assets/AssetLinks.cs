using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Pictor.Images;
using Pictor.Storage;

namespace Pictor.Assets;

/// <summary>Links that carry their own right to read: an expiry and a signature over it. No key is needed to follow one.</summary>
internal sealed class AssetLinks(MasterKey master, IOptions<AssetsOptions> options, TimeProvider time)
{
    private readonly byte[] _key = master.Derive("asset-links");

    /// <summary>A fresh link to a picture.</summary>
    /// <param name="origin">Scheme and host of the job's caller; a public URL in the settings beats it.</param>
    /// <param name="image">The picture.</param>
    /// <param name="life">Seconds the link lives, or null for the setting.</param>
    /// <param name="keptUntil">When the bytes go; no link outlives them.</param>
    /// <param name="terms">What is settled already.</param>
    public (string Url, DateTimeOffset ExpiresAt) Create(string origin, ResultImage image, int? life, DateTimeOffset keptUntil, LinkTerms terms)
    {
        var expires = (terms.From ?? time.GetUtcNow()) + (terms.Life ?? LifeOf(life));
        if (expires > keptUntil)
        {
            expires = keptUntil;
        }

        var unix = expires.ToUnixTimeSeconds();
        var name = $"{image.AssetId}.{image.Format.Extension()}";
        var start = options.Value.PublicUrl?.TrimEnd('/') ?? origin;
        return ($"{start}/v1/assets/{name}?expires={unix}&signature={Sign(name, unix)}", DateTimeOffset.FromUnixTimeSeconds(unix));
    }

    /// <summary>How long a link lives.</summary>
    /// <param name="seconds">What the caller asked for, or null.</param>
    public TimeSpan LifeOf(int? seconds) => seconds is { } given ? TimeSpan.FromSeconds(given) : options.Value.LinkLife;

    /// <summary>When the bytes of a job that ended now are removed.</summary>
    public DateTimeOffset KeepUntil(DateTimeOffset ended, int? life)
    {
        var link = LifeOf(life);
        return ended + (link > options.Value.Keep ? link : options.Value.Keep);
    }

    /// <summary>Until when the link is good; null when it was not made here, or has expired.</summary>
    public DateTimeOffset? ValidUntil(string name, string? expires, string? signature) =>
        long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var unix)
        && unix > time.GetUtcNow().ToUnixTimeSeconds()
        && signature is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(name, unix)), Encoding.UTF8.GetBytes(signature))
            ? DateTimeOffset.FromUnixTimeSeconds(unix)
            : null;

    private string Sign(string name, long expires)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{name}\n{expires}"), hash);
        return Base64Url.EncodeToString(hash);
    }
}
