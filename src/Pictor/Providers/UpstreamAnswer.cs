using System.Globalization;
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
    /// <summary>Where vendors write pictures into their answers, be they base64, data URIs or links.</summary>
    public static readonly FieldNames PictureFields = new("b64_json", "url", "image", "images", "image_url", "data", "output", "sample", "result");

    private const double LongestWait = 86_400;

    public int Status { get; } = status;

    public ReadOnlyMemory<byte> Body { get; } = body;

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The first value of a header, or null.</summary>
    public string? Header(string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>The vendor's id of the request that was answered, or null where it gives none.</summary>
    public string? RequestId => UpstreamIds.Of(headers);

    /// <summary>
    /// How long the vendor asks to wait, a day at most: <c>retry-after-ms</c> before <c>Retry-After</c>, whose seconds may be a fraction, and
    /// whose date is seen from the vendor's own clock where it shows one, else from <paramref name="now"/>.
    /// </summary>
    public TimeSpan? RetryAfter(DateTimeOffset now)
    {
        var wait = Number(Header("retry-after-ms")) / 1000 ?? Number(Header("Retry-After")) ?? (headers.RetryAfter?.Date - (headers.Date ?? now))?.TotalSeconds;
        return wait >= 0 ? TimeSpan.FromSeconds(Math.Min(wait.Value, LongestWait)) : null;
    }

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

    /// <summary>The picture that a string of the body stands for: a link, or the file of bytes that were written into it. Null for anything else.</summary>
    /// <param name="text">The string.</param>
    public ProviderImage? Picture(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (split is not null && split.TryGet(text.Trim(), out var value))
        {
            return ProviderImage.FromFile(value.Take());
        }

        return ChannelAddress.Read(text) is { } link ? ProviderImage.FromLink(link) : null;
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Deletes the files that nobody took.</summary>
    public void Dispose() => split?.Dispose();
}
