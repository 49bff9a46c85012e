using Pictor.Keys;

namespace Pictor.Api;

/// <summary>What the pipeline knows about a call before its endpoint runs.</summary>
internal static class ApiCall
{
    public const string RequestIdHeader = "x-request-id";

    private static readonly object KeyItem = new();
    private static readonly object RequestIdItem = new();
    private static readonly object ModelItem = new();

    public static ApiKey Key(this HttpContext http) => (ApiKey)http.Items[KeyItem]!;

    public static void SetKey(this HttpContext http, ApiKey key) => http.Items[KeyItem] = key;

    public static string RequestId(this HttpContext http) => (string)http.Items[RequestIdItem]!;

    public static void SetRequestId(this HttpContext http, string id)
    {
        http.Items[RequestIdItem] = id;
        http.Response.Headers[RequestIdHeader] = id;
    }

    /// <summary>The model of the job that the call made or joined; empty where there is none.</summary>
    public static string Model(this HttpContext http) => http.Items[ModelItem] as string ?? "";

    public static void SetModel(this HttpContext http, string model) => http.Items[ModelItem] = model;

    /// <summary>Sets what stands above a JSON answer, unless a blank before it has settled that already.</summary>
    public static void BeginJson(HttpContext http, int status)
    {
        if (!http.Response.HasStarted)
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            http.Response.Headers.CacheControl = "no-store";
        }
    }

    /// <summary>Scheme and host that the caller used, without a trailing slash.</summary>
    public static string Origin(this HttpContext http) => http.Request.Host.HasValue
        ? $"{http.Request.Scheme}://{http.Request.Host.Value}"
        : $"{http.Request.Scheme}://{http.Connection.LocalIpAddress}:{http.Connection.LocalPort}";
}
