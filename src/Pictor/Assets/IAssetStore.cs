using Pictor.Errors;

namespace Pictor.Assets;

/// <summary>Where the bytes of finished pictures are: files in the data folder, or objects in an S3 store.</summary>
internal interface IAssetStore
{
    /// <summary>Takes over a finished file. When the task ends, the picture survives a power cut.</summary>
    /// <param name="temporary">On the disk of the data folder; it is gone afterwards.</param>
    /// <param name="name">What it is called from now on.</param>
    /// <param name="sha256">Of its bytes, hexadecimal.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="IOException">The bytes did not reach a disk.</exception>
    Task AddAsync(string temporary, AssetName name, string sha256, CancellationToken cancellationToken);

    /// <summary>Opens a picture; null when it is gone.</summary>
    /// <param name="name">Which.</param>
    /// <param name="isWhole">False where only facts or a part may be wanted.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="GatewayException"><see cref="ErrorKind.StorageUnavailable"/>: it is there, but cannot be read now.</exception>
    Task<StoredPicture?> OpenAsync(AssetName name, bool isWhole, CancellationToken cancellationToken);

    /// <summary>Removes a picture; one that is gone already is fine.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.StorageUnavailable"/>: to be tried again.</exception>
    Task RemoveAsync(AssetName name, CancellationToken cancellationToken);

    /// <summary>An address of the store itself that gives the picture to whoever has it; null where there is none, or it is not wanted.</summary>
    /// <param name="name">Which.</param>
    /// <param name="until">When the right to read ends.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    Task<Uri?> DirectLinkAsync(AssetName name, DateTimeOffset until, CancellationToken cancellationToken);
}

/// <summary>An open picture.</summary>
/// <param name="Bytes">Seekable, with a length; the caller disposes it.</param>
/// <param name="ModifiedAt">When it was stored.</param>
internal sealed record StoredPicture(Stream Bytes, DateTimeOffset ModifiedAt);

/// <summary>Reading a picture that has to be there.</summary>
internal static class AssetReading
{
    /// <summary>The whole picture, from its start.</summary>
    /// <exception cref="GatewayException"><see cref="ErrorKind.StorageUnavailable"/>.</exception>
    public static async Task<Stream> ReadAsync(this IAssetStore store, AssetName name, CancellationToken cancellationToken) =>
        (await store.OpenAsync(name, isWhole: true, cancellationToken))?.Bytes
        ?? throw new GatewayException(new GatewayError(ErrorKind.StorageUnavailable, "The picture cannot be read at the moment.", RetryAfter: TimeSpan.FromSeconds(5)));
}
