using Microsoft.Extensions.Options;
using Pictor.Images;

namespace Pictor.Assets;

/// <summary>Removes pictures whose time is over and, once at start, files that a crash left without a row.</summary>
internal sealed partial class AssetSweeper(AssetStore rows, IAssetStore store, FileAssetStore files, IOptions<AssetsOptions> options, TimeProvider time, ILogger<AssetSweeper> log) : BackgroundService
{
    private const int AtOnce = 500;

    /// <summary>Removes what has expired; gives back how many.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        while (true)
        {
            var now = time.GetUtcNow();
            var expired = await rows.ExpiredAsync(now, AtOnce, cancellationToken);
            await Parallel.ForEachAsync(
                expired,
                new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
                async (asset, cancel) => await store.RemoveAsync(new AssetName(asset.Id, OutputFormats.Parse(asset.Format)), cancel));

            if (expired.Count > 0)
            {
                await rows.RemovedAsync([.. expired.Select(asset => asset.Id)], now, cancellationToken);
            }

            removed += expired.Count;
            if (expired.Count < AtOnce)
            {
                return removed;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await RunAsync(RemoveOrphansAsync, stoppingToken);
        using var timer = new PeriodicTimer(options.Value.SweepEvery, time);
        do
        {
            await RunAsync(SweepAsync, stoppingToken);
        }
        while (await NextAsync(timer, stoppingToken));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // A picture is in its place before its row is: a crash in between leaves a file that nobody can ever ask for.
    private async Task<int> RemoveOrphansAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var found in files.FromBefore().Chunk(AtOnce))
        {
            var known = (await rows.KnownAsync([.. found.Select(file => file.Id)], cancellationToken)).ToHashSet(StringComparer.Ordinal);
            foreach (var file in found.Where(file => !known.Contains(file.Id)))
            {
                File.Delete(file.Path);
                removed++;
            }
        }

        return removed;
    }

    private async Task RunAsync(Func<CancellationToken, Task<int>> work, CancellationToken stoppingToken)
    {
        try
        {
            var removed = await work(stoppingToken);
            if (removed > 0)
            {
                Log.Removed(log, removed);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception fault)
        {
            Log.Failed(log, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Removed {Count} pictures whose time was over.")]
        public static partial void Removed(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Error, "Looking for expired pictures failed; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
