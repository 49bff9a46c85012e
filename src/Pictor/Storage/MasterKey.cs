using System.Security.Cryptography;
using System.Text;
using Pictor.Settings;

namespace Pictor.Storage;

/// <summary>The one secret of an installation; every other key of the gateway is derived from it by purpose.</summary>
internal sealed class MasterKey
{
    private readonly byte[] _secret;
    private readonly string? _made;

    /// <summary>Takes <c>PICTOR_MASTER_KEY</c> (64 hexadecimal digits), else <c>master.key</c> (0600) in the data folder, made on first use.</summary>
    /// <exception cref="InvalidOperationException">The value is not 64 hexadecimal digits.</exception>
    public MasterKey(IConfiguration configuration, DataFolder folder)
        : this(Read(configuration, folder, out var made)) => _made = made;

    /// <summary>A key that was read already.</summary>
    /// <exception cref="InvalidOperationException">The value is not 64 hexadecimal digits.</exception>
    public MasterKey(string text)
    {
        try
        {
            _secret = Convert.FromHexString(text);
        }
        catch (FormatException fault)
        {
            throw new InvalidOperationException("The master key must be 64 hexadecimal digits.", fault);
        }

        if (_secret.Length != 32)
        {
            throw new InvalidOperationException("The master key must be 64 hexadecimal digits.");
        }
    }

    /// <summary>32 bytes for one purpose; other purposes' keys cannot be computed from them.</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, 32, info: Encoding.UTF8.GetBytes("pictor/" + purpose));

    /// <summary>Takes a key back that this process has made: the database turned out to be under another one, which is still to come to its place.</summary>
    public void Withdraw()
    {
        if (_made is not null)
        {
            File.Delete(_made);
        }
    }

    private static string Read(IConfiguration configuration, DataFolder folder, out string? made)
    {
        made = null;
        var path = Path.Combine(folder.Root, "master.key");
        var text = SecretText.Given(configuration, "PICTOR_MASTER_KEY");
        if (string.IsNullOrEmpty(text))
        {
            if (!File.Exists(path))
            {
                DurableFile.WritePrivate(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
                made = path;
            }

            text = File.ReadAllText(path).Trim();
        }

        return text;
    }
}
