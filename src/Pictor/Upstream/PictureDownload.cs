using System.Net;

namespace Pictor.Upstream;

/// <summary>Takes one answer's body into a file while it watches size and pace.</summary>
internal sealed class PictureDownload(FetchLimits limits, TimeProvider time)
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>Writes the answer's body to a new file and gives its length.</summary>
    /// <exception cref="LinkFailedException">It is no plain 200, too long, too slow, cut short or empty.</exception>
    public async Task<long> SaveAsync(HttpResponseMessage response, string file, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new LinkFailedException($"status {(int)response.StatusCode}") { MayPass = (int)response.StatusCode is 408 or 425 or 429 or >= 500 };
        }

        if (BodyLimits.IsEncoded(response.Content) && !limits.Decodes)
        {
            throw new LinkFailedException("the body is compressed");
        }

        await using var body = await OpenAsync(response.Content, cancellationToken);
        return await NewFile.WriteAsync(file, target => CopyAsync(body, target, cancellationToken));
    }

    private async Task<Stream> OpenAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            return await BodyLimits.OpenAsync(content, limits.MaxBytes, cancellationToken);
        }
        catch (BodyTooLongException exception)
        {
            throw new LinkFailedException("too long", exception);
        }
        catch (InvalidDataException exception)
        {
            throw new LinkFailedException("the body is compressed", exception);
        }
    }

    private async Task CopyAsync(Stream body, Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkBytes];
        using var window = new CancellationTokenSource(limits.StallWindow, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(window.Token, cancellationToken);
        long inWindow = 0;
        while (await ReadAsync(body, buffer, either.Token, cancellationToken) is var read and > 0)
        {
            // A full disk is our trouble and not the link's, so writing stays outside of what is caught there.
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            inWindow += read;
            if (inWindow >= limits.StallBytes)
            {
                inWindow = 0;
                window.CancelAfter(limits.StallWindow);
            }
        }

        if (body.Position == 0)
        {
            throw new LinkFailedException("empty") { MayPass = true };
        }
    }

    private static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationToken window, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, window);
        }
        catch (BodyTooLongException exception)
        {
            throw new LinkFailedException("too long", exception);
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new LinkFailedException(window.IsCancellationRequested ? "too slow" : "cut short", exception) { MayPass = true };
        }
    }
}
