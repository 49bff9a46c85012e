using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Pictor.Cli.Http;
using Pictor.Imaging;

namespace Pictor.Cli.Pictures;

/// <summary>Brings one picture of an answer to disk, at once and whole: links die.</summary>
internal sealed class PictureSaver(GatewayClient client)
{
    private const int Tries = 3;
    private const long MaxBytes = 512L * 1024 * 1024;
    private static readonly TimeSpan LongestDownload = TimeSpan.FromMinutes(10);
    private static readonly PictureLimits Any = new() { MaxBytes = MaxBytes, MaxPixels = long.MaxValue, MaxSide = int.MaxValue };

    /// <summary>Saves an entry of <c>data</c>: <c>b64_json</c>, or a <c>url</c> that may be a data URI.</summary>
    public async Task<SavedPicture> SaveAsync(JsonElement entry, PictureTarget target, CancellationToken cancellationToken)
    {
        var temporary = WholeFile.Temporary(Path.Combine(target.Folder, target.Stem));
        try
        {
            Directory.CreateDirectory(target.Folder);
            var hash = await FetchAsync(entry, temporary, cancellationToken);
            var (format, width, height) = Measure(temporary);
            var bytes = new FileInfo(temporary).Length;
            var path = target.Place(temporary, format);
            return new SavedPicture(path, bytes, hash, width, height, format, entry.Integer("seed"), entry.Text("revised_prompt"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw WholeFile.Failure(target.Folder, fault);
        }
        finally
        {
            WholeFile.Remove(temporary);
        }
    }

    public static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private async Task<string> FetchAsync(JsonElement entry, string temporary, CancellationToken cancellationToken)
    {
        if (entry.Member("b64_json") is { ValueKind: JsonValueKind.String } inline)
        {
            return await WriteAsync(Decode(inline.GetString()!), temporary, cancellationToken);
        }

        var link = entry.Text("url") ?? throw new CliException("The answer holds no picture: neither url nor b64_json.");
        if (link.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return await WriteAsync(Decode(link), temporary, cancellationToken);
        }

        var uri = Uri.TryCreate(client.Address.Root, link, out var parsed) && parsed.Scheme is "http" or "https" ? parsed : throw new CliException($"The answer's link is no address: {Screen.Clean(link)}");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await DownloadAsync(uri, temporary, cancellationToken);
            }
            catch (Exception fault) when ((fault is HttpRequestException || fault is LinkException { IsFinal: false }) && attempt < Tries)
            {
                await Task.Delay(TimeSpan.FromSeconds(attempt), cancellationToken);
            }
            catch (HttpRequestException fault)
            {
                throw new LinkException($"The picture could not be fetched from {uri.Authority}: {fault.Message}", isFinal: false);
            }
        }
    }

    private async Task<string> DownloadAsync(Uri uri, string temporary, CancellationToken cancellationToken)
    {
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        whole.CancelAfter(LongestDownload);
        try
        {
            return await FollowAsync(uri, temporary, whole.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LinkException($"The picture did not come whole from {uri.Authority} within {LongestDownload.TotalMinutes:0} minutes.", isFinal: true);
        }
    }

    private async Task<string> FollowAsync(Uri uri, string temporary, CancellationToken cancellationToken)
    {
        var response = await OpenAsync(uri, withKey: false, cancellationToken);
        try
        {
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && client.IsOwn(uri))
            {
                response.Dispose();
                response = await OpenAsync(uri, withKey: true, cancellationToken);
            }

            if (!response.IsSuccessStatusCode)
            {
                throw new LinkException($"The picture's link answered {(int)response.StatusCode}.", isFinal: (int)response.StatusCode is >= 400 and < 500 and not 429);
            }

            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await CopyAsync(stream, temporary, cancellationToken);
        }
        finally
        {
            response.Dispose();
        }
    }

    // A host that takes the call and says nothing is a matter of the link too.
    private async Task<HttpResponseMessage> OpenAsync(Uri uri, bool withKey, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(client.LongestSilence);
        try
        {
            return await client.OpenAsync(uri, withKey, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LinkException(string.Create(CultureInfo.InvariantCulture, $"{uri.Authority} did not answer to the picture's link within {client.LongestSilence.TotalSeconds:0.#} s."), isFinal: false);
        }
    }

    private async Task<string> CopyAsync(Stream source, string temporary, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1, useAsync: true);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await ReadAsync(source, buffer, cancellationToken)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            if (file.Position > MaxBytes)
            {
                throw new CliException("What is behind the link is too large for a picture.");
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // A line that breaks is a matter of the link and not of the disk.
    private async ValueTask<int> ReadAsync(Stream source, byte[] buffer, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(client.LongestSilence);
        try
        {
            return await source.ReadAsync(buffer, patience.Token);
        }
        catch (IOException fault)
        {
            throw new LinkException($"The picture broke off while it was fetched: {fault.Message}", isFinal: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LinkException("The picture stopped coming while it was fetched.", isFinal: false);
        }
    }

    private async Task<string> WriteAsync(byte[] bytes, string temporary, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(bytes);
        return await CopyAsync(stream, temporary, cancellationToken);
    }

    private static byte[] Decode(string text)
    {
        try
        {
            return Convert.FromBase64String(text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? text[(text.IndexOf(',', StringComparison.Ordinal) + 1)..] : text);
        }
        catch (FormatException)
        {
            throw new CliException("The answer's base64 cannot be read.");
        }
    }

    private static (PictureFormat Format, int? Width, int? Height) Measure(string path)
    {
        var head = new byte[64];
        using (var file = File.OpenRead(path))
        {
            head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }

        var format = PictureProbe.Sniff(head) ?? throw new CliException(head.Length == 0 ? "The picture that came is empty." : "What came is no picture.");
        try
        {
            var header = PictureProbe.Read(path, Any);
            return (format, header.Width, header.Height);
        }
        catch (PictureException fault) when (fault.Fault == PictureFault.NativeLibraryMissing)
        {
            // AVIF is measured by the native library, which not every machine has.
            return (format, null, null);
        }
        catch (PictureException fault)
        {
            throw new CliException($"What came is no whole picture: {fault.Message}");
        }
    }
}

/// <summary>A picture's link did not give it.</summary>
internal sealed class LinkException(string message, bool isFinal) : CliException(message)
{
    /// <summary>Asking the same link again cannot help; a fresh link may.</summary>
    public bool IsFinal { get; } = isFinal;
}
