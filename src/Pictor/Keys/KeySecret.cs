using System.Security.Cryptography;
using System.Text;

namespace Pictor.Keys;

/// <summary>The text of a key: <c>sk-pic_</c>, 160 random bits and a checksum that lets secret scanners recognise it.</summary>
internal static class KeySecret
{
    private const string Prefix = "sk-pic_";

    public static string Create()
    {
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        return Prefix + random + Hash(random)[..8];
    }

    /// <summary>SHA-256 in hexadecimal. Keys are random, so nothing slower is needed.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>What is shown instead of the secret.</summary>
    public static string Hint(string secret) => secret.Length < 16 ? "…" : $"{secret[..Math.Min(9, secret.Length / 4)]}…{secret[^4..]}";
}
