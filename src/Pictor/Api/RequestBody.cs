using System.Text.Json;
using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Storage;

namespace Pictor.Api;

/// <summary>A request's parameters, with the pictures that were inside its body lying in files until the body is disposed.</summary>
internal sealed class RequestBody : IDisposable
{
    private readonly SplitBody _split;
    private readonly JsonDocument _document;

    private RequestBody(SplitBody split, JsonDocument document)
    {
        _split = split;
        _document = document;
        ApiJson.AddTo(Fields, document.RootElement);
    }

    public RequestFields Fields { get; } = new();

    /// <summary>Reads a JSON body; query parameters are added behind it.</summary>
    /// <exception cref="GatewayException">What is wrong with it.</exception>
    public static async Task<RequestBody> ReadJsonAsync(HttpContext http)
    {
        if (!IsJson(http.Request.ContentType))
        {
            throw new GatewayException(ErrorKind.UnsupportedMediaType, "This door takes application/json.");
        }

        var services = http.RequestServices;
        var options = new BodySplitOptions
        {
            Folder = services.GetRequiredService<DataFolder>().Incoming,
            MaxBodyBytes = services.GetRequiredService<IOptions<ApiOptions>>().Value.MaxBodyBytes,
        };
        var split = await JsonBodySplitter.ReadAsync(http.Request.BodyReader, options, http.RequestAborted);
        try
        {
            var body = new RequestBody(split, ApiJson.ReadObject(split.Json));
            body.AddQuery(http.Request.Query);
            return body;
        }
        catch
        {
            split.Dispose();
            throw;
        }
    }

    /// <summary>True for a word that stands for a picture which lies in a file.</summary>
    public bool IsSpooled(string text) => _split.TryGet(text, out _);

    /// <summary>The file behind a placeholder.</summary>
    public string? FileOf(string text) => _split.TryGet(text, out var value) ? value.Path : null;

    /// <summary>True when a text holds a placeholder where no picture is allowed.</summary>
    public bool Mentions(string text) => _split.Mentions(text);

    public void Dispose()
    {
        _document.Dispose();
        _split.Dispose();
    }

    private static bool IsJson(string? contentType)
    {
        // Absent is taken for JSON, as the SDKs' own test servers do: the body decides.
        var type = contentType?.Split(';', 2)[0].Trim();
        return string.IsNullOrEmpty(type)
            || type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            || type.Equals("text/json", StringComparison.OrdinalIgnoreCase);
    }

    private void AddQuery(IQueryCollection query)
    {
        foreach (var (name, values) in query.Where(entry => entry.Key != "api-version"))
        {
            var text = values.ToString();
            if (text.Contains('\0'))
            {
                throw RequestRules.Invalid($"{name} must not contain a NUL character.", name);
            }

            Fields.Add(name, new FieldValue(text));
        }
    }
}
