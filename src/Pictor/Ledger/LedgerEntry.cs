using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Pictor.Ledger;

/// <summary>One movement in the books: an amount that leaves one account and reaches another, so that the sum over all accounts stays 0.</summary>
internal sealed record LedgerEntry
{
    /// <summary>Stands before the first entry of a chain.</summary>
    public const string Genesis = "0000000000000000000000000000000000000000000000000000000000000000";

    public string Chain { get; init; } = "";

    /// <summary>From 1, without gaps.</summary>
    public long Number { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public long At { get; init; }

    /// <summary>One of <see cref="LedgerKinds"/>.</summary>
    public string Kind { get; init; } = "";

    public string FromAccount { get; init; } = "";

    public string ToAccount { get; init; } = "";

    /// <summary>More than 0.</summary>
    public long Micros { get; init; }

    public string? JobId { get; init; }

    /// <summary>The attempt it is about, or 0.</summary>
    public long Attempt { get; init; }

    /// <summary>The month a key's spending counts in, like <c>2026-11</c>.</summary>
    public string? Month { get; init; }

    public string? Note { get; init; }

    /// <summary>SHA-256 over the hash of the entry before and this entry's bytes, in hexadecimal.</summary>
    public string Hash { get; init; } = "";

    /// <summary>The hash this entry has to have behind another.</summary>
    public string HashAfter(string previous)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        foreach (var field in (string?[])["1", previous, Chain, Kind, FromAccount, ToAccount, JobId, Month, Note])
        {
            Write(bytes, field);
        }

        Write(bytes, Number);
        Write(bytes, At);
        Write(bytes, Micros);
        Write(bytes, Attempt);
        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }

    // Lengths stand before texts: no two entries have the same bytes.
    private static void Write(ArrayBufferWriter<byte> bytes, string? text)
    {
        var length = text is null ? -1 : Encoding.UTF8.GetByteCount(text);
        BinaryPrimitives.WriteInt32BigEndian(bytes.GetSpan(4), length);
        bytes.Advance(4);
        if (text is not null)
        {
            Encoding.UTF8.GetBytes(text, bytes);
        }
    }

    private static void Write(ArrayBufferWriter<byte> bytes, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(8), number);
        bytes.Advance(8);
    }
}

/// <summary>What a movement is for.</summary>
internal static class LedgerKinds
{
    /// <summary>Reserved for a job: key to holds.</summary>
    public const string Hold = "hold";

    /// <summary>For delivered pictures: holds to revenue.</summary>
    public const string Charge = "charge";

    /// <summary>What was held and is not charged: holds to key.</summary>
    public const string Release = "release";

    /// <summary>What a channel asked for a delivered call: channel to cost.</summary>
    public const string Upstream = "upstream";

    /// <summary>What a channel asked, or may ask, for a call nobody was charged for: channel to loss.</summary>
    public const string Loss = "loss";

    /// <summary>An administrator's correction of a key: funding to key, or back.</summary>
    public const string Adjust = "adjust";
}

/// <summary>The names of accounts. The Sandbox has books of its own: rehearsed money never mixes with real money.</summary>
internal static class LedgerAccounts
{
    public const string Funding = "funding";
    private const string KeyPrefix = "key/";
    private const string HoldsPrefix = "holds/";
    private const string SandboxPrefix = "sandbox/";

    /// <summary>What a key has been given, less what it holds and was charged; below 0 for a key that pays afterwards.</summary>
    public static string Key(string keyId, bool isSandbox) => In(isSandbox, KeyPrefix + keyId);

    /// <summary>What is reserved for a key's open jobs.</summary>
    public static string Holds(string keyId, bool isSandbox) => In(isSandbox, HoldsPrefix + keyId);

    public static string Revenue(bool isSandbox) => In(isSandbox, "revenue");

    public static string Cost(bool isSandbox) => In(isSandbox, "cost");

    public static string Loss(bool isSandbox) => In(isSandbox, "loss");

    public static string Channel(string channelId, bool isSandbox) => In(isSandbox, "channel/" + channelId);

    /// <summary>The key whose money an account holds, in either book; null for the other accounts.</summary>
    public static string? KeyOf(string account) => After(account, KeyPrefix);

    /// <summary>The key whose holds an account holds, in either book; null for the other accounts.</summary>
    public static string? HolderOf(string account) => After(account, HoldsPrefix);

    private static string In(bool isSandbox, string name) => isSandbox ? SandboxPrefix + name : name;

    private static string? After(string account, string prefix)
    {
        var name = account.StartsWith(SandboxPrefix, StringComparison.Ordinal) ? account[SandboxPrefix.Length..] : account;
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;
    }
}
