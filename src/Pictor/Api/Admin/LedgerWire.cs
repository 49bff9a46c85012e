using System.Text.Json.Serialization;
using Pictor.Ledger;

namespace Pictor.Api.Admin;

/// <summary>The state of the books; amounts are decimal strings in USD.</summary>
internal sealed record LedgerReportWire
{
    public required bool Balanced { get; init; }

    public required IReadOnlyDictionary<string, string> Accounts { get; init; }

    public required long Entries { get; init; }

    public required string Head { get; init; }

    public string? FirstBad { get; init; }

    public IReadOnlyList<string>? Faults { get; init; }

    public static LedgerReportWire Of(LedgerReport report, bool withFaults) => new()
    {
        Balanced = report.IsBalanced,
        Accounts = new SortedDictionary<string, string>(report.Accounts.ToDictionary(account => account.Key, account => QueryFilters.Amount(account.Value)), StringComparer.Ordinal),
        Entries = report.Entries,
        Head = report.Head,
        FirstBad = report.FirstBad,
        Faults = withFaults ? [.. report.Faults.Take(100)] : null,
    };
}

/// <summary>One movement.</summary>
internal sealed record LedgerEntryWire
{
    public required string Id { get; init; }

    public string Object => "ledger.entry";

    public required long CreatedAt { get; init; }

    public required string Kind { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    public required string Amount { get; init; }

    public string Currency => "USD";

    public string? Job { get; init; }

    public long? Attempt { get; init; }

    public string? Note { get; init; }

    public required string Hash { get; init; }

    public static LedgerEntryWire Of(LedgerEntry entry) => new()
    {
        Id = $"{entry.Chain}:{entry.Number}",
        CreatedAt = entry.At / 1000,
        Kind = entry.Kind,
        From = entry.FromAccount,
        To = entry.ToAccount,
        Amount = QueryFilters.Amount(entry.Micros),
        Job = entry.JobId,
        Attempt = entry.Attempt > 0 ? entry.Attempt : null,
        Note = entry.Note,
        Hash = entry.Hash,
    };
}

internal sealed record LedgerListWire(IReadOnlyList<LedgerEntryWire> Data, bool HasMore);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LedgerReportWire))]
[JsonSerializable(typeof(LedgerListWire))]
internal sealed partial class LedgerWire : JsonSerializerContext;
