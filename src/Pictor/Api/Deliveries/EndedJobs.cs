using System.Runtime.CompilerServices;
using Pictor.Jobs;
using Pictor.Webhooks;

namespace Pictor.Api.Deliveries;

/// <summary>
/// What a listener still has to hear of: jobs that ended behind the one it heard of last, then those that end. Signals hurry and
/// rows decide, so a signal that was lost, or a job that another process ended, is told a moment later.
/// </summary>
internal sealed class EndedJobs(JobStore jobs, DeliveryListener listener, string? keyId, TimeProvider time)
{
    private const int PageSize = 500;
    private const int MostRemembered = 20_000;

    // A job is on the disk a moment after the time that stands in its row.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private DateTimeOffset _reached;
    private long? _lookedAt;

    /// <summary>Sets the place to go on from: behind a job, or with null behind everything that has ended.</summary>
    public async Task BeginAsync(Job? last, CancellationToken cancellationToken)
    {
        _reached = last?.EndedAt ?? time.GetUtcNow();
        if (last is not null)
        {
            Remember(last.Id);
            return;
        }

        await foreach (var id in LookAsync(cancellationToken))
        {
            _ = id;
        }
    }

    /// <summary>Ids that were not told yet; empty when nothing ended for a while.</summary>
    public async IAsyncEnumerable<string> NextAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_lookedAt is not { } looked || time.GetElapsedTime(looked) >= LookAgain || !await IsSignalledAsync(cancellationToken))
        {
            await foreach (var id in LookAsync(cancellationToken))
            {
                yield return id;
            }

            _lookedAt = time.GetTimestamp();
        }

        while (listener.JobIds.TryRead(out var id))
        {
            if (Remember(id))
            {
                yield return id;
            }
        }
    }

    private async IAsyncEnumerable<string> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (from, after) = (_reached - Overlap, "");
        IReadOnlyList<EndedJob> page;
        do
        {
            page = await jobs.EndedAsync(keyId, from, after, PageSize, cancellationToken);
            foreach (var job in page)
            {
                (from, after) = (DateTimeOffset.FromUnixTimeMilliseconds(job.EndedAt), job.Id);
                _reached = from > _reached ? from : _reached;
                if (Remember(job.Id))
                {
                    yield return job.Id;
                }
            }
        }
        while (page.Count == PageSize);
    }

    private async Task<bool> IsSignalledAsync(CancellationToken cancellationToken)
    {
        using var pause = new CancellationTokenSource(LookAgain, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, cancellationToken);
        try
        {
            return await listener.JobIds.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private bool Remember(string id)
    {
        if (!_told.Add(id))
        {
            return false;
        }

        _order.Enqueue(id);
        if (_order.Count > MostRemembered)
        {
            _told.Remove(_order.Dequeue());
        }

        return true;
    }
}
