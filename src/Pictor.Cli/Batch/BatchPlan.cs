namespace Pictor.Cli.Batch;

/// <summary>How a batch is to be run.</summary>
internal sealed record BatchPlan
{
    public required string Folder { get; init; }

    public required int Concurrency { get; init; }

    public required int Retries { get; init; }

    /// <summary>Dollars, or whatever the server counts in.</summary>
    public decimal? MaxCost { get; init; }

    /// <summary>Of one picture, where the server tells none.</summary>
    public decimal? Price { get; init; }

    /// <summary>Makes the keys of this run differ from those of earlier ones; empty for the keys that follow from the rows alone.</summary>
    public string Salt { get; init; } = "";

    public bool RetryUnknown { get; init; }

    public bool Strict { get; init; }
}
