namespace Pictor.Ledger;

/// <summary>
/// An entry as the database gives it back, whatever it is by now: SQLite keeps a text in a column of numbers, and a verification has to
/// name such an entry instead of ending at it.
/// </summary>
internal sealed record StoredEntry
{
    public object? Chain { get; init; }

    public object? Number { get; init; }

    public object? At { get; init; }

    public object? Kind { get; init; }

    public object? FromAccount { get; init; }

    public object? ToAccount { get; init; }

    public object? Micros { get; init; }

    public object? JobId { get; init; }

    public object? Attempt { get; init; }

    public object? Month { get; init; }

    public object? Note { get; init; }

    public object? Hash { get; init; }

    /// <summary>Where it stands, as far as that can be read.</summary>
    public string Place => $"{Chain}:{Number}";

    /// <summary>The entry, or null when a column holds what the gateway never writes there.</summary>
    public LedgerEntry? ToEntry() =>
        this is { Chain: string chain, Kind: string kind, FromAccount: string from, ToAccount: string to, Hash: string hash, JobId: null or string, Month: null or string, Note: null or string }
        && Whole(Number) is { } number && Whole(At) is { } at && Whole(Micros) is { } micros && Whole(Attempt) is { } attempt
            ? new LedgerEntry
            {
                Chain = chain,
                Number = number,
                At = at,
                Kind = kind,
                FromAccount = from,
                ToAccount = to,
                Micros = micros,
                JobId = (string?)JobId,
                Attempt = attempt,
                Month = (string?)Month,
                Note = (string?)Note,
                Hash = hash,
            }
            : null;

    // PostgreSQL has two widths of whole numbers here, SQLite one.
    private static long? Whole(object? value) => value switch
    {
        long number => number,
        int number => number,
        _ => null,
    };
}
