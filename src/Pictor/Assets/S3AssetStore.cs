using Microsoft.Extensions.Options;
using Pictor.Errors;

namespace Pictor.Assets;

/// <summary>
/// Pictures as objects of an S3 store. What the store does not take at once stays in the data folder, is served from there, and
/// is moved later: a paid picture does not depend on a store being up.
/// </summary>
internal sealed partial class S3AssetStore(S3Client client, FileAssetStore local, AssetStore rows, IOptions<S3Options> options, TimeProvider time, ILogger<S3AssetStore> log) : IAssetStore
{
    private long _leftAloneUntil;

    public async Task AddAsync(string temporary, AssetName name, string sha256, CancellationToken cancellationToken)
    {
        if (time.GetTimestamp() >= Interlocked.Read(ref _leftAloneUntil) && await TryPutAsync(name, temporary, sha256, cancellationToken))
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

    public Uri? DirectLink(AssetName name, DateTimeOffset until) => options.Value.Presigned && !local.Has(name) ? client.Link(name, until) : null;

    /// <summary>Moves one picture that stayed here.</summary>
    /// <returns>False when the store does not take it now.</returns>
    public async Task<bool> MoveAsync(Asset asset, CancellationToken cancellationToken)
    {
        var name = new AssetName(asset.Id, asset.Format);
        try
        {
            if (!await TryPutAsync(name, local.PathOf(name), asset.Sha256, cancellationToken))
            {
                return false;
            }
        }
        catch (IOException fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            // Its time was over a moment ago.
            return true;
        }

        local.Remove(name);
        return true;
    }

    private static GatewayException Unavailable(Exception? fault) =>
        new(new GatewayError(ErrorKind.StorageUnavailable, "The picture cannot be read at the moment.", RetryAfter: TimeSpan.FromSeconds(5)), fault);

    private async Task<StoredPicture?> OpenWholeAsync(AssetName name, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(name, from: 0, cancellationToken) is not { } answer)
        {
            return null;
        }

        var (bytes, modifiedAt) = S3Client.FactsOf(answer);
        return new StoredPicture(new S3ObjectStream(client, name, bytes, answer, options.Value.Timeout, time), modifiedAt);
    }

    private async Task<StoredPicture?> OpenPartsAsync(AssetName name, CancellationToken cancellationToken) =>
        await client.LookAsync(name, cancellationToken) is var (bytes, modifiedAt)
            ? new StoredPicture(new S3ObjectStream(client, name, bytes, first: null, options.Value.Timeout, time), modifiedAt)
            : null;

    private async Task<bool> TryPutAsync(AssetName name, string file, string sha256, CancellationToken cancellationToken)
    {
        try
        {
            await client.PutAsync(name, file, sha256, cancellationToken);
            return true;
        }
        catch (S3Exception fault)
        {
            // No picture waits for a store that just failed.
            Interlocked.Exchange(ref _leftAloneUntil, time.GetTimestamp() + (long)(options.Value.MoveEvery.TotalSeconds * time.TimestampFrequency));
            Log.StaysHere(log, fault, name.Id);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The picture {Id} stays in the data folder for now.")]
        public static partial void StaysHere(ILogger logger, Exception fault, string id);

        [LoggerMessage(2, LogLevel.Warning, "The picture {Id} could not be read from the S3 store.")]
        public static partial void NotRead(ILogger logger, Exception fault, string id);
    }
}
