using System.Globalization;
using System.Text.Json;
using Pictor.Errors;

namespace Pictor.Api;

/// <summary>The one place that turns a failure into the OpenAI error body.</summary>
internal sealed partial class ErrorWriter(RequestDelegate next, ILogger<ErrorWriter> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (!http.Response.HasStarted && http.Response.ContentLength is null && http.Response.ContentType is null && Unrouted(http) is { } error)
            {
                await WriteAsync(http, error);
            }
        }
        catch (OperationCanceledException gone) when (gone is CallerGoneException || http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        catch (Exception fault)
        {
            var error = Error(fault);
            if (ErrorTable.Row(error.Kind).Side == ErrorSide.Gateway && error.Kind == ErrorKind.Internal)
            {
                Log.Failed(log, fault, http.RequestId());
            }

            if (http.Response.HasStarted)
            {
                // Half an answer must not look like a whole one.
                http.Abort();
                return;
            }

            await WriteAsync(http, error);
        }
    }

    /// <summary>Writes status, headers and body of an error.</summary>
    public static async Task WriteAsync(HttpContext http, GatewayError error)
    {
        var row = ErrorTable.Row(error.Kind);
        http.Response.StatusCode = row.Status;
        if (!row.SdkMayRetry)
        {
            http.Response.Headers["x-should-retry"] = "false";
        }

        if (error.Kind == ErrorKind.InvalidApiKey)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if ((error.RetryAfter ?? Wait(row)) is { } wait)
        {
            // SDKs obey at most 60 seconds and give up beyond it.
            http.Response.Headers.RetryAfter = Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, 60).ToString(CultureInfo.InvariantCulture);
            http.Response.Headers["retry-after-ms"] = Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 1, 60_000).ToString(CultureInfo.InvariantCulture);
        }

        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
        {
            json.WriteStartObject();
            WriteTo(json, error);
            json.WriteEndObject();
        }

        http.Response.ContentLength = buffer.Length;
        await http.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), http.RequestAborted);
    }

    /// <summary>Writes the member <c>error</c> into an open object.</summary>
    public static void WriteTo(Utf8JsonWriter json, GatewayError error)
    {
        json.WriteStartObject("error");
        json.WriteString("message", error.Message);
        json.WriteString("type", ErrorTable.Row(error.Kind).Type);
        json.WriteString("param", error.Param);
        json.WriteString("code", error.EffectiveCode);
        json.WriteEndObject();
    }

    // Where nobody said how long.
    private static TimeSpan? Wait(ErrorRow row) => row switch
    {
        { SdkMayRetry: false } => null,
        { Status: StatusCodes.Status429TooManyRequests } => TimeSpan.FromSeconds(2),
        { Status: StatusCodes.Status503ServiceUnavailable } => TimeSpan.FromSeconds(10),
        _ => null,
    };

    private static GatewayError Error(Exception fault) => fault switch
    {
        GatewayException known => known.Error,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new GatewayError(ErrorKind.BodyTooLarge, "The body is larger than the gateway accepts."),
        BadHttpRequestException => new GatewayError(ErrorKind.InvalidJson, "The request could not be read."),
        _ => new GatewayError(ErrorKind.Internal, "The gateway failed. Its log tells more under the x-request-id of this answer."),
    };

    private static GatewayError? Unrouted(HttpContext http) => http.Response.StatusCode switch
    {
        404 => new GatewayError(ErrorKind.NotFound, $"Unknown path: {http.Request.Method} {http.Request.Path}"),
        405 => new GatewayError(ErrorKind.MethodNotAllowed, $"{http.Request.Path} does not take {http.Request.Method}."),
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Request {RequestId} failed by a fault of the gateway.")]
        public static partial void Failed(ILogger logger, Exception fault, string requestId);
    }
}
