using System.Security.Cryptography;
using System.Text;

namespace Pictor.Storage;

/// <summary>Secrets at rest: AES-256-GCM under a key derived from the master key. What a secret belongs to is bound to it, so that no row's secret opens in another.</summary>
internal sealed class Sealed(MasterKey master)
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const string Canary = "pictor";
    private readonly byte[] _key = master.Derive("sealed");

    /// <summary>The owner of the secret of a key's standing webhook, which one room seals and another one opens.</summary>
    public static string KeyWebhook(string keyId) => "key-webhook:" + keyId;

    /// <summary>The sealed form of a secret, as base64.</summary>
    /// <param name="secret">Any text.</param>
    /// <param name="owner">What it belongs to, for instance <c>channel:eu</c>; the same is needed to open it.</param>
    public string Seal(string secret, string owner)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var box = new byte[1 + NonceLength + TagLength + plain.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, plain, box.AsSpan(1 + NonceLength + TagLength), box.AsSpan(1 + NonceLength, TagLength), Encoding.UTF8.GetBytes(owner));
        return Convert.ToBase64String(box);
    }

    /// <exception cref="InvalidOperationException">It was sealed under another master key, for another owner, or was changed.</exception>
    public string Open(string text, string owner)
    {
        try
        {
            var box = Convert.FromBase64String(text);
            if (box.Length < 1 + NonceLength + TagLength || box[0] != Version)
            {
                throw new CryptographicException("Not a sealed value.");
            }

            var plain = new byte[box.Length - 1 - NonceLength - TagLength];
            using var aes = new AesGcm(_key, TagLength);
            aes.Decrypt(box.AsSpan(1, NonceLength), box.AsSpan(1 + NonceLength + TagLength), box.AsSpan(1 + NonceLength, TagLength), plain, Encoding.UTF8.GetBytes(owner));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception fault) when (fault is CryptographicException or FormatException)
        {
            throw new InvalidOperationException($"The secret of {owner} does not open under this master key.", fault);
        }
    }

    /// <summary>Makes sure, before anything else is read, that the master key is the one the database was written under.</summary>
    /// <exception cref="InvalidOperationException">It is another one.</exception>
    public async Task CheckAsync(Database database, CancellationToken cancellationToken)
    {
        var canary = await database.ReadAsync(session => session.FirstOrDefaultAsync<string>("SELECT sealed FROM canary"), cancellationToken);
        if (canary is null)
        {
            await database.WriteAsync(session => session.ExecuteAsync("INSERT INTO canary (sealed) VALUES (@value)", new { value = Seal(Canary, "canary") }), cancellationToken);
            return;
        }

        try
        {
            Open(canary, "canary");
        }
        catch (InvalidOperationException fault)
        {
            master.Withdraw();
            throw new InvalidOperationException("The master key is not the one this database was written under. Restore master.key or PICTOR_MASTER_KEY.", fault);
        }
    }
}
