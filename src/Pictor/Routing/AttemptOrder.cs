using Pictor.Errors;
using Pictor.Images;
using Pictor.Providers;

namespace Pictor.Routing;

/// <summary>What the attempt loop is to do for one job.</summary>
internal sealed record AttemptOrder
{
    public required string JobId { get; init; }

    public required ImageRequest Request { get; init; }

    /// <summary>How many pictures one call makes.</summary>
    public required int PerCall { get; init; }

    /// <summary>The attempts of former processes.</summary>
    public IReadOnlyList<Attempt> Before { get; init; } = [];

    public IReadOnlyList<ReferencePicture> References { get; init; } = [];

    public ReferencePicture? Mask { get; init; }

    public Action<int> Progress { get; init; } = _ => { };

    /// <summary>How many unfinished states of each picture somebody wants to see, 0 to 3.</summary>
    public int PartialImages { get; init; }

    /// <summary>Told each unfinished picture with its position in the job.</summary>
    public Action<PartialImage> Partial { get; init; } = _ => { };

    /// <summary>The number of the job's next attempt; called from several parts at once.</summary>
    public Func<int> NextNumber { get; init; } = () => throw new InvalidOperationException("This order starts no attempts.");
}

/// <summary>The pictures of one call: some of the job's, in order.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Offset">The job's position of its first picture.</param>
/// <param name="Count">How many.</param>
internal sealed record Part(int Index, int Offset, int Count)
{
    public static IReadOnlyList<Part> Split(int wanted, int perCall) =>
        [.. Enumerable.Range(0, (wanted + perCall - 1) / perCall).Select(index => new Part(index, index * perCall, Math.Min(perCall, wanted - (index * perCall))))];
}

/// <summary>Where the loop writes down each step before it takes the next; the job's row is not the loop's to know.</summary>
/// <param name="Sending">Durable before the first byte leaves; false when the channel has no place left among those it may have on all replicas.</param>
/// <param name="Accepted">Durable before anything else happens with the handle.</param>
/// <param name="Delivered">Fetches and stores the pictures, by way of the attempt's work folder; the error when none of them is usable.</param>
/// <param name="Failed">An attempt that did not work.</param>
/// <param name="Held">Ends when the job is surely this process's own: each call is looked at by one replica at a time.</param>
internal sealed record AttemptJournal(
    Func<Attempt, int?, Task<bool>> Sending,
    Func<Attempt, Task> Accepted,
    Func<Attempt, ProviderOutcome.Done, string, Task<GatewayError?>> Delivered,
    Func<Attempt, Task> Failed,
    Func<CancellationToken, Task> Held);
