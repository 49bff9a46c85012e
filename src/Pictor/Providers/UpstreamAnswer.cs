using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pictor.Upstream.Splitting;

namespace Pictor.Providers;

/// <summary>An answer of a vendor, read whole: small JSON, and files for the pictures that were written into it.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="headers">Still readable after the connection is gone.</param>
/// <param name="body">Empty when it could not be read and the status alone decides.</param>
/// <param name="split">The files, where the body was split.</param>
internal sealed class UpstreamAnswer(int status, HttpResponseHeaders headers, ReadOnlyMemory<byte> body, SplitBody? split = null) : IDisposable
{
    private const string DataUri = "data:";
    private const string Base64Mark = ";base64,";

    public int Status { get; } = status;

    public ReadOnlyMemory<byte> Body { get; } = body;

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The first value of a header, or null.</summary>
    public string? Header(string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>The Retry-After header; a date is read as seen from <paramref name="now"/>.</summary>
    public TimeSpan? RetryAfter(DateTimeOffset now) => headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > now => date - now,
        _ => null,
    };

    /// <summary>The body as a wire record, whatever its content type says; null when it is nothing of the kind.</summary>
    public T? Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Body.IsEmpty ? null : JsonSerializer.Deserialize(Body.Span, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The picture that a string of the body stands for: a link, or bytes that were written into it. Null for anything else.</summary>
    /// <param name="text">The string.</param>
    /// <param name="folder">For a file of small bytes; large ones are in a file already.</param>
    public ProviderImage? Picture(string? text, string folder)
    {
        if (text is null)
        {
            return null;
        }

        if (split is not null && split.TryGet(text, out var value))
        {
            return ProviderImage.FromFile(value.Take());
        }

        return text.StartsWith(DataUri, StringComparison.OrdinalIgnoreCase)
            ? FromDataUri(text, folder)
            : ChannelAddress.Read(text) is { } link ? ProviderImage.FromLink(link) : null;
    }

    /// <summary>Deletes the files that nobody took.</summary>
    public void Dispose() => split?.Dispose();

    private static ProviderImage? FromDataUri(string text, string folder)
    {
        var at = text.IndexOf(Base64Mark, StringComparison.OrdinalIgnoreCase);
        var bytes = new byte[text.Length];
        if (at < 0 || !Convert.TryFromBase64Chars(text.AsSpan(at + Base64Mark.Length), bytes, out var written))
        {
            return null;
        }

        var path = Path.Combine(folder, Path.GetRandomFileName());
        File.WriteAllBytes(path, bytes.AsSpan(0, written));
        return ProviderImage.FromFile(path);
    }
}
