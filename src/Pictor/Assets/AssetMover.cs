using Microsoft.Extensions.Options;
using Pictor.Storage;

namespace Pictor.Assets;

/// <summary>Moves pictures that stayed in the data folder to the S3 store: after the store was down, and after a change from files to S3.</summary>
internal sealed partial class AssetMover(S3AssetStore store, FileAssetStore local, AssetStore rows, IOptions<S3Options> options, TimeProvider time, ILogger<AssetMover> log) : BackgroundService
{
    private const int AtOnce = 200;
    private static readonly TimeSpan RefusedFor = TimeSpan.FromMinutes(10);
    private readonly Dictionary<string, Failure> _failed = new(StringComparer.Ordinal);

    /// <summary>Moves what lies here. A round ends at the first picture for which the store seems to be down; the next one begins with others.</summary>
    /// <returns>How many were moved.</returns>
    public async Task<int> MoveAsync(CancellationToken cancellationToken)
    {
        var moved = 0;
        foreach (var ids in InOrder())
        {
            // A file without a row belongs to a job that is about to write it, or to nobody: the sweeper's work.
            var assets = await rows.FindAsync(ids, cancellationToken);
            foreach (var gone in ids.Except(assets.Select(asset => asset.Id), StringComparer.Ordinal))
            {
                _failed.Remove(gone);
            }

            foreach (var asset in assets.OrderBy(asset => _failed.GetValueOrDefault(asset.Id)?.At))
            {
                var verdict = await store.MoveAsync(asset, cancellationToken);
                if (verdict == S3Verdict.Taken)
                {
                    _failed.Remove(asset.Id);
                    moved++;
                    await RemoveLateAsync(asset, cancellationToken);
                    continue;
                }

                _failed[asset.Id] = new Failure(time.GetTimestamp(), verdict == S3Verdict.NotThisOne);
                if (verdict == S3Verdict.NotNow)
                {
                    return moved;
                }
            }
        }

        return moved;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RunAsync(
            options.Value.MoveEvery,
            time,
            async cancel =>
            {
                if (await MoveAsync(cancel) is var moved and > 0)
                {
                    Log.Moved(log, moved);
                }
            },
            fault => Log.Failed(log, fault),
            stoppingToken);

    // Those that failed before come last, the longest ago first: none of them is ever in the way of the others.
    private IEnumerable<string[]> InOrder()
    {
        string[] before = [.. _failed.Where(failed => !failed.Value.IsOfPicture || time.GetElapsedTime(failed.Value.At) >= RefusedFor).OrderBy(failed => failed.Value.At).Select(failed => failed.Key).Take(AtOnce)];
        var others = local.Paths().Select(path => Path.GetFileNameWithoutExtension(path)).Where(id => !_failed.ContainsKey(id));
        return others.Chunk(AtOnce).Append(before);
    }

    // Its time came while it was on its way.
    private async Task RemoveLateAsync(Asset asset, CancellationToken cancellationToken)
    {
        if ((await rows.KnownAsync([asset.Id], cancellationToken)).Count == 0)
        {
            await store.RemoveAsync(new AssetName(asset.Id, asset.Format), cancellationToken);
        }
    }

    /// <param name="At">When.</param>
    /// <param name="IsOfPicture">There is something about the picture: it is not tried at every round.</param>
    private sealed record Failure(long At, bool IsOfPicture);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Moved {Count} pictures to the S3 store.")]
        public static partial void Moved(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Error, "Moving pictures to the S3 store failed; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
