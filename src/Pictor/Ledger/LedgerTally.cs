namespace Pictor.Ledger;

/// <summary>Adds up entries in the order of their chains, and notices the first one that is not as it was written.</summary>
internal sealed class LedgerTally
{
    private readonly Dictionary<string, KeySums> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _openHolds = new(StringComparer.Ordinal);
    private string _chain = "";
    private long _number;

    /// <summary>The balance of every account; they add up to 0.</summary>
    public IReadOnlyDictionary<string, long> Accounts => _accounts;

    /// <summary>What is held for each job, where it is not 0.</summary>
    public IReadOnlyDictionary<string, long> OpenHolds => _openHolds;

    public IEnumerable<string> Keys => _keys.Keys;

    public long Entries { get; private set; }

    /// <summary>The hash of the last entry.</summary>
    public string Head { get; private set; } = LedgerEntry.Genesis;

    /// <summary>The first entry that is wrong, as <c>chain:number</c>.</summary>
    public string? FirstBad { get; private set; }

    /// <summary>What is wrong with it, as a sentence.</summary>
    public string? Fault { get; private set; }

    /// <summary>True when an entry could not be added up: what stands behind it was not looked at.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>What the entries say of one key.</summary>
    public KeySums Key(string keyId) => _keys.GetValueOrDefault(keyId) ?? new KeySums();

    /// <summary>Adds an entry, if it is one.</summary>
    public void Add(StoredEntry stored)
    {
        if (stored.ToEntry() is not { } entry)
        {
            Expect(holds: false, stored.Place, "holds what the gateway never writes there");
            IsBroken = true;
            return;
        }

        try
        {
            Add(entry);
        }
        catch (OverflowException)
        {
            Expect(holds: false, stored.Place, "moves more than an account can hold");
            IsBroken = true;
        }
    }

    private void Add(LedgerEntry entry)
    {
        if (entry.Chain != _chain)
        {
            (_chain, _number, Head) = (entry.Chain, 0, LedgerEntry.Genesis);
        }

        Expect(entry.Number == _number + 1, entry, $"is not number {_number + 1} of its chain: entries are missing");
        Expect(entry.Hash == entry.HashAfter(Head), entry, "does not have the hash of its content behind the entry before");
        Expect(entry.Micros > 0, entry, "moves nothing, or backwards");
        (_number, Head) = (entry.Number, entry.Hash);
        Entries++;
        Move(entry.FromAccount, entry, -1);
        Move(entry.ToAccount, entry, 1);
    }

    private void Move(string account, LedgerEntry entry, int sign)
    {
        var moved = checked(sign * entry.Micros);
        _accounts[account] = checked(_accounts.GetValueOrDefault(account) + moved);
        if (LedgerAccounts.HolderOf(account) is { } holder)
        {
            var sums = Sums(holder);
            sums.Held = checked(sums.Held + moved);
            HoldOf(entry.JobId ?? "", moved);
            if (entry.Kind == LedgerKinds.Charge)
            {
                sums.Use(entry.Month ?? "", -moved);
            }
        }
        else if (LedgerAccounts.KeyOf(account) is { } key)
        {
            if (entry.Kind == LedgerKinds.Adjust)
            {
                Sums(key).Use(entry.Month ?? "", -moved);
            }
            else
            {
                Expect(entry.Kind is LedgerKinds.Hold or LedgerKinds.Release, entry, "moves a key's money for no known reason");
            }
        }
    }

    private void HoldOf(string jobId, long moved)
    {
        var held = checked(_openHolds.GetValueOrDefault(jobId) + moved);
        if (held == 0)
        {
            _openHolds.Remove(jobId);
        }
        else
        {
            _openHolds[jobId] = held;
        }
    }

    private KeySums Sums(string keyId)
    {
        if (!_keys.TryGetValue(keyId, out var sums))
        {
            _keys[keyId] = sums = new KeySums();
        }

        return sums;
    }

    private void Expect(bool holds, LedgerEntry entry, string fault) => Expect(holds, $"{entry.Chain}:{entry.Number}", fault);

    private void Expect(bool holds, string place, string fault)
    {
        if (!holds && FirstBad is null)
        {
            FirstBad = place;
            Fault = $"The entry {FirstBad} {fault}.";
        }
    }

    /// <summary>Held and used by one key.</summary>
    internal sealed class KeySums
    {
        public long Held { get; set; }

        public long Used { get; private set; }

        public Dictionary<string, long> ByMonth { get; } = new(StringComparer.Ordinal);

        public void Use(string month, long micros)
        {
            Used = checked(Used + micros);
            ByMonth[month] = checked(ByMonth.GetValueOrDefault(month) + micros);
        }
    }
}
