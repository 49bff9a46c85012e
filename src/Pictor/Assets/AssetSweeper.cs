using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pictor.Images;
using Pictor.Storage;

namespace Pictor.Assets;

/// <summary>
/// Removes pictures whose time is over and, at start, files that a crash left without a row. Replicas without a folder in common look for
/// such files from time to time: whichever of them removes a picture sees only its own disk.
/// </summary>
internal sealed partial class AssetSweeper(AssetStore rows, IAssetStore store, FileAssetStore files, DataFolder folder, IOptions<AssetsOptions> options, TimeProvider time, ILogger<AssetSweeper> log) : BackgroundService
{
    private const int AtOnce = 100;
    private const int RoundsBetweenStrays = 12;

    // What is newer may not have its row yet.
    private static readonly TimeSpan Settled = TimeSpan.FromDays(1);
    private ExpiredAsset? _behind;

    /// <summary>Removes what has expired; gives back how many. What cannot be removed now is passed over, and marked when it can.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        while (true)
        {
            var now = time.GetUtcNow();
            var expired = await rows.ExpiredAsync(now, _behind, AtOnce, cancellationToken);
            var gone = await RemoveAsync(expired, cancellationToken);
            if (gone.Count > 0)
            {
                await rows.RemovedAsync(gone, now, cancellationToken);
            }

            removed += gone.Count;
            _behind = expired.Count < AtOnce ? null : expired[^1];
            if (_behind is null || gone.Count == 0)
            {
                // Where nothing can be removed, the next sweep goes on behind it.
                return removed;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var round = 0;
        await Rounds.RunAsync(
            options.Value.SweepEvery,
            time,
            async cancel =>
            {
                var removed = 0;
                if (round == 0 || (folder.IsHidden && round % RoundsBetweenStrays == 0))
                {
                    removed = await RemoveStraysAsync(round == 0 ? folder.SettledBefore : time.GetUtcNow().UtcDateTime - Settled, cancel);
                }

                round++;
                if ((removed += await SweepAsync(cancel)) > 0)
                {
                    Log.Removed(log, removed);
                }
            },
            fault => Log.Failed(log, fault),
            stoppingToken);
    }

    private async Task<IReadOnlyList<string>> RemoveAsync(IReadOnlyList<ExpiredAsset> expired, CancellationToken cancellationToken)
    {
        var gone = new ConcurrentBag<string>();
        var faults = new ConcurrentQueue<Exception>();
        await Parallel.ForEachAsync(
            expired,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (asset, cancel) =>
            {
                try
                {
                    await store.RemoveAsync(new AssetName(asset.Id, OutputFormats.Parse(asset.Format)), cancel);
                    gone.Add(asset.Id);
                }
                catch (Exception fault) when (!cancel.IsCancellationRequested)
                {
                    faults.Enqueue(fault);
                }
            });
        if (faults.TryPeek(out var first))
        {
            Log.NotRemoved(log, first, faults.Count);
        }

        return [.. gone];
    }

    // A picture is in its place before its row is: a crash in between leaves a file that nobody can ever ask for. And where another
    // replica marked a picture as removed, it lies here still.
    private async Task<int> RemoveStraysAsync(DateTime before, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var found in files.FromBefore(before).Chunk(AtOnce))
        {
            var known = (await rows.KnownAsync([.. found.Select(file => file.Id)], cancellationToken)).ToHashSet(StringComparer.Ordinal);
            foreach (var file in found.Where(file => !known.Contains(file.Id)))
            {
                try
                {
                    File.Delete(file.Path);
                    removed++;
                }
                catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
                {
                    Log.NotRemoved(log, fault, 1);
                }
            }
        }

        return removed;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Removed {Count} pictures whose time was over.")]
        public static partial void Removed(ILogger logger, int count);

        [LoggerMessage(3, LogLevel.Warning, "{Count} pictures that nobody may ask for any more could not be removed; it is tried again.")]
        public static partial void NotRemoved(ILogger logger, Exception fault, int count);

        [LoggerMessage(2, LogLevel.Error, "Looking for expired pictures failed; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
