using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pictor.Providers;

/// <summary>An answer of a vendor, read whole; its body is small JSON or something that nobody expected.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">Still readable after the connection is gone.</param>
/// <param name="Body">Empty when it could not be read and the status alone decides.</param>
internal sealed record UpstreamAnswer(int Status, HttpResponseHeaders Headers, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The first value of a header, or null.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>The Retry-After header; a date is read as seen from <paramref name="now"/>.</summary>
    public TimeSpan? RetryAfter(DateTimeOffset now) => Headers.RetryAfter switch
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
}
