using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Storage;

namespace Pictor.Assets;

/// <summary>
/// Pictures as objects of an S3 store. What the store does not take at once stays in the data folder, is served from there, and
/// is moved later: a paid picture does not depend on a store being up.
/// </summary>
internal sealed partial class S3AssetStore(S3Client client, FileAssetStore local, AssetStore rows, DataFolder folder, IOptions<S3Options> options, TimeProvider time, ILogger<S3AssetStore> log) : IAssetStore
{
    private long _leftAloneUntil;

    public async Task AddAsync(string temporary, AssetName name, string sha256, CancellationToken cancellationToken)
    {
        if (time.GetTimestamp() >= Interlocked.Read(ref _leftAloneUntil) && await PutAsync(name, temporary, sha256, cancellationToken) == S3Verdict.Taken)
        {
            File.Delete(temporary);
            return;
        }

        await local.AddAsync(temporary, name, sha256, cancellationToken);
    }

    public async Task<StoredPicture?> OpenAsync(AssetName name, bool isWhole, CancellationToken cancellationToken)
    {
        if (local.Open(name) is { } here)
        {
            return here;
        }

        try
        {
            var found = isWhole ? await OpenWholeAsync(name, cancellationToken) : await OpenPartsAsync(name, cancellationToken);

            // A picture with a row that is in neither place is in the data folder of another replica, which is about to move it.
            return found ?? ((await rows.KnownAsync([name.Id], cancellationToken)).Count == 0 ? null : throw Unavailable(null));
        }
        catch (S3Exception fault)
        {
            Log.NotRead(log, fault, name.Id);
            throw Unavailable(fault);
        }
    }

    public async Task RemoveAsync(AssetName name, CancellationToken cancellationToken)
    {
        local.Remove(name);
        try
        {
            await client.DeleteAsync(name, cancellationToken);
        }
        catch (S3Exception fault)
        {
            throw Unavailable(fault);
        }
    }

    public async Task<Uri?> DirectLinkAsync(AssetName name, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (!options.Value.Presigned || local.Has(name))
        {
            return null;
        }

        try
        {
            // What waits in the data folder of another replica is not there yet, and the store's own 404 would say that it is gone.
            return !folder.IsHidden || await client.LookAsync(name, cancellationToken) is not null ? client.Link(name, until) : null;
        }
        catch (S3Exception)
        {
            return null;
        }
    }

    /// <summary>Moves one picture that stayed here.</summary>
    public async Task<S3Verdict> MoveAsync(Asset asset, CancellationToken cancellationToken)
    {
        var name = new AssetName(asset.Id, asset.Format);
        try
        {
            var verdict = await PutAsync(name, local.PathOf(name), asset.Sha256, cancellationToken);
            if (verdict == S3Verdict.Taken)
            {
                local.Remove(name);
            }

            return verdict;
        }
        catch (IOException fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            // Its time was over a moment ago.
            return S3Verdict.Taken;
        }
    }

    /// <summary>What a caller is told of a store that gives nothing now.</summary>
    internal static GatewayException Unavailable(Exception? fault) =>
        new(new GatewayError(ErrorKind.StorageUnavailable, "The picture cannot be read at the moment.", RetryAfter: TimeSpan.FromSeconds(5)), fault);

    private async Task<StoredPicture?> OpenWholeAsync(AssetName name, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(name, from: 0, cancellationToken) is not { } answer)
        {
            return null;
        }

        try
        {
            var (bytes, modifiedAt) = S3Client.FactsOf(answer);
            return new StoredPicture(new S3ObjectStream(client, name, bytes, answer, options.Value.Timeout, time), modifiedAt);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private async Task<StoredPicture?> OpenPartsAsync(AssetName name, CancellationToken cancellationToken) =>
        await client.LookAsync(name, cancellationToken) is var (bytes, modifiedAt)
            ? new StoredPicture(new S3ObjectStream(client, name, bytes, first: null, options.Value.Timeout, time), modifiedAt)
            : null;

    // Whatever goes wrong, short of a file that is not there: a picture that was paid for stays here.
    private async Task<S3Verdict> PutAsync(AssetName name, string file, string sha256, CancellationToken cancellationToken)
    {
        try
        {
            await client.PutAsync(name, file, sha256, cancellationToken);
            Interlocked.Exchange(ref _leftAloneUntil, 0);
            return S3Verdict.Taken;
        }
        catch (S3Exception fault) when (!fault.IsOfPicture)
        {
            // No picture waits for a store that just failed.
            Interlocked.Exchange(ref _leftAloneUntil, time.GetTimestamp() + (long)(options.Value.MoveEvery.TotalSeconds * time.TimestampFrequency));
            Log.StaysHere(log, fault, name.Id);
            return S3Verdict.NotNow;
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or FileNotFoundException or DirectoryNotFoundException))
        {
            Log.NotTaken(log, fault, name.Id);
            return S3Verdict.NotThisOne;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The picture {Id} stays in the data folder for now.")]
        public static partial void StaysHere(ILogger logger, Exception fault, string id);

        [LoggerMessage(2, LogLevel.Warning, "The picture {Id} could not be read from the S3 store.")]
        public static partial void NotRead(ILogger logger, Exception fault, string id);

        [LoggerMessage(3, LogLevel.Error, "The picture {Id} is not taken by the S3 store, or cannot be read from the data folder; it stays there.")]
        public static partial void NotTaken(ILogger logger, Exception fault, string id);
    }
}

/// <summary>What became of a picture on its way to the store.</summary>
internal enum S3Verdict
{
    Taken,

    /// <summary>There is something about this picture; others may go.</summary>
    NotThisOne,

    /// <summary>The store takes nothing, as far as can be told.</summary>
    NotNow,
}
