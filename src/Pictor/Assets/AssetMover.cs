using Microsoft.Extensions.Options;

namespace Pictor.Assets;

/// <summary>Moves pictures that stayed in the data folder to the S3 store: after the store was down, and after a change from files to S3.</summary>
internal sealed partial class AssetMover(S3AssetStore store, FileAssetStore local, AssetStore rows, IOptions<S3Options> options, TimeProvider time, ILogger<AssetMover> log) : BackgroundService
{
    private const int AtOnce = 200;

    /// <summary>Moves what lies here; stops at the first picture that the store does not take.</summary>
    /// <returns>How many were moved.</returns>
    public async Task<int> MoveAsync(CancellationToken cancellationToken)
    {
        var moved = 0;
        foreach (var ids in local.Paths().Select(path => Path.GetFileNameWithoutExtension(path)).Chunk(AtOnce))
        {
            // A file without a row belongs to a job that is about to write it, or to nobody: the sweeper's work.
            foreach (var asset in await rows.FindAsync(ids, cancellationToken))
            {
                if (!await store.MoveAsync(asset, cancellationToken))
                {
                    return moved;
                }

                moved++;
                if ((await rows.KnownAsync([asset.Id], cancellationToken)).Count == 0)
                {
                    // Its time came while it was on its way.
                    await store.RemoveAsync(new AssetName(asset.Id, asset.Format), cancellationToken);
                }
            }
        }

        return moved;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.MoveEvery, time);
        try
        {
            do
            {
                await TryMoveAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task TryMoveAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await MoveAsync(stoppingToken) is var moved and > 0)
            {
                Log.Moved(log, moved);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Failed(log, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Moved {Count} pictures to the S3 store.")]
        public static partial void Moved(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Error, "Moving pictures to the S3 store failed; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
