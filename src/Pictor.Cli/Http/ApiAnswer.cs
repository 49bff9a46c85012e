using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Pictor.Cli.Http;

/// <summary>A JSON answer that is none of an error, and the headers that matter to us.</summary>
internal sealed record ApiAnswer(int Status, JsonElement Body, string? RequestId, bool IsReplayed, DateTimeOffset? Date)
{
    private string? CostHeader { get; init; }

    /// <summary>What the server says it has charged, in the body or in a header; null where it says nothing.</summary>
    public string? Cost => Body.Text("cost") ?? Body.Member("usage")?.Text("cost") ?? CostHeader;

    /// <summary>Reads an answer to its end.</summary>
    /// <exception cref="ApiException">The server refused, failed, or did not answer in JSON.</exception>
    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var requestId = Header(response, "x-request-id");
        var status = (int)response.StatusCode;
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        JsonElement? body = null;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            body = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Judged below, with the status.
        }

        // A job that failed is itself a good answer to the question for it.
        if (body is { } json && response.IsSuccessStatusCode && (json.Member("error") is null || IsJob(json)))
        {
            return new ApiAnswer(status, json, requestId, string.Equals(Header(response, "Idempotent-Replayed"), "true", StringComparison.OrdinalIgnoreCase), response.Headers.Date)
            {
                CostHeader = Header(response, "x-pictor-cost"),
            };
        }

        // A few relays answer 200 and put the failure into the body; leading blanks to keep a line open end so too.
        throw body?.Member("error") is { } error ? With(ApiException.Of(status, error, requestId)) : With(new ApiException(status, Unreadable(response, bytes), null, null, requestId));

        ApiException With(ApiException fault) => new(fault.Status, fault.Message, fault.Code, fault.Param, fault.RequestId)
        {
            RetryAfter = RetryAfter(response.Headers.RetryAfter),
            ShouldRetry = Header(response, "x-should-retry") is { } retry ? string.Equals(retry, "true", StringComparison.OrdinalIgnoreCase) : null,
            JobId = Header(response, "x-pictor-job"),
            Cost = JsonText.Money(Header(response, "x-pictor-cost")),
            IsUnreadable = body is null,
            IsPage = body is null && Start(bytes).StartsWith('<'),
        };
    }

    /// <exception cref="ApiException">The answer is a job that ended without pictures.</exception>
    public ApiAnswer ThrowIfFailed()
    {
        if (IsJob(Body) && Body.Text("status") is "failed" or "cancelled")
        {
            var fault = Body.Member("error") is { } error ? ApiException.Of(Status, error, RequestId)
                : new ApiException(Status, $"The job {Body.Text("id")} is {Body.Text("status")}.", Body.Text("status"), null, RequestId);
            throw new ApiException(fault.Status, fault.Message, fault.Code, fault.Param, RequestId) { JobId = Body.Text("id"), IsEndOfJob = true, Cost = JsonText.Money(Cost) };
        }

        return this;
    }

    private static bool IsJob(JsonElement body) => body.Text("id") is not null && body.Text("status") is not null;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? date - DateTimeOffset.UtcNow : null);

    private static string Start(byte[] bytes) =>
        System.Text.Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 400))).TrimStart('\uFEFF', ' ', '\r', '\n', '\t');

    private static string Unreadable(HttpResponseMessage response, byte[] bytes)
    {
        var status = string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {response.ReasonPhrase}").TrimEnd();
        var address = response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Path);
        var start = Start(bytes);
        return response.StatusCode switch
        {
            _ when start.StartsWith('<') => $"{address} answered a web page and not JSON ({status}). Check the base URL: it usually ends in /v1.",
            HttpStatusCode.Unauthorized => "The server does not accept the key (401).",
            HttpStatusCode.NotFound => $"{address} does not exist there (404). Check the base URL.",
            _ when bytes.Length == 0 => $"{address} answered {status} with nothing in it.",
            _ => $"{address} answered {status}, and not in JSON: {Screen.Clean(start.Length > 200 ? start[..200] + "…" : start)}",
        };
    }
}
