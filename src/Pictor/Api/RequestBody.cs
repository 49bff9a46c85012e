using System.Text.Json;
using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Storage;
using Pictor.Upstream.Splitting;

namespace Pictor.Api;

/// <summary>A request's parameters, with the pictures that were inside its body lying in files until the body is disposed.</summary>
internal sealed class RequestBody : IDisposable
{
    // The last two: the members of a picture that is an object.
    private static readonly FieldNames PictureFields = new([.. RequestNames.Pictures, "mask", "image_url", "url"]);

    // A prompt may begin with pictures, and a message of a chat.
    private static readonly FieldNames TextFields = new("prompt", "content", "text");

    private readonly SplitBody _split;
    private readonly JsonDocument _document;
    private readonly string _folder;
    private readonly List<string> _files = [];

    private RequestBody(SplitBody split, JsonDocument document, string folder)
    {
        _split = split;
        _document = document;
        _folder = folder;
        ApiJson.AddTo(Fields, document.RootElement);
    }

    public RequestFields Fields { get; } = new();

    /// <summary>Reads a JSON body; query parameters are added behind it.</summary>
    /// <exception cref="GatewayException">What is wrong with it.</exception>
    public static Task<RequestBody> ReadJsonAsync(HttpContext http) => ReadAsync(http, takesForms: false);

    /// <summary>Reads a JSON body or a form; query parameters are added behind it.</summary>
    /// <exception cref="GatewayException">What is wrong with it.</exception>
    public static async Task<RequestBody> ReadAsync(HttpContext http, bool takesForms)
    {
        var isForm = takesForms && http.Request.ContentType?.TrimStart().StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;
        if (!isForm && !IsJson(http.Request.ContentType))
        {
            throw new GatewayException(ErrorKind.UnsupportedMediaType, takesForms ? "This door takes multipart/form-data and application/json." : "This door takes application/json.");
        }

        var services = http.RequestServices;
        var options = new BodySplitLimits
        {
            Pictures = PictureFields,
            Texts = TextFields,
            Folder = services.GetRequiredService<DataFolder>().Incoming,
            MaxBodyBytes = services.GetRequiredService<IOptions<ApiOptions>>().Value.MaxBodyBytes,
        };
        if (http.Request.ContentLength > options.MaxBodyBytes)
        {
            throw JsonBodySplitter.TooLarge(options.MaxBodyBytes, null);
        }

        var split = await SplitAsync(http, options, isForm);
        try
        {
            var body = new RequestBody(split, ApiJson.ReadObject(split.Json), options.Folder);
            body.AddQuery(http.Request.Query);
            return body;
        }
        catch
        {
            split.Dispose();
            throw;
        }
    }

    /// <summary>True when the body has this member with an explicit null: where things are changed, that takes a value away.</summary>
    public bool IsNull(string name) => _document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>A hash over what was asked for at a door, with the bytes of the pictures.</summary>
    public string FingerprintAt(string door)
    {
        using var fingerprint = new Fingerprint(_split);
        return fingerprint.Of(door, Fields);
    }

    /// <summary>True for a word that stands for a picture which lies in a file.</summary>
    public bool IsSpooled(string text) => _split.TryGet(text, out _);

    /// <summary>The file behind a placeholder.</summary>
    public string? FileOf(string text) => _split.TryGet(text.Trim(), out var value) ? value.Path : null;

    /// <summary>True when a text holds a placeholder where no picture is allowed.</summary>
    public bool Mentions(string text) => _split.Mentions(text);

    /// <summary>
    /// Puts a picture into a file that a query brought, or that was wrapped as nothing wraps base64; null when it is not base64.
    /// All others are files already.
    /// </summary>
    /// <param name="text">Base64, bare or in a data URI.</param>
    public string? Spool(string text)
    {
        var encoded = PromptImages.IsDataUri(text) ? text[(text.IndexOf(',', StringComparison.Ordinal) + 1)..] : text;
        encoded = encoded.Replace('-', '+').Replace('_', '/').TrimEnd('=', ' ', '\r', '\n');
        var missing = (4 - (encoded.Count(character => !char.IsWhiteSpace(character)) % 4)) % 4;
        var bytes = new byte[encoded.Length];
        if (encoded.Length == 0 || missing == 3 || !Convert.TryFromBase64String(encoded + new string('=', missing), bytes, out var length))
        {
            return null;
        }

        var path = Path.Combine(_folder, Path.GetRandomFileName());
        _files.Add(path);
        File.WriteAllBytes(path, bytes.AsSpan(0, length));
        return path;
    }

    /// <summary>A copy of a stored picture that goes with this body.</summary>
    public async Task<string> CopyAsync(Stream stored, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        _files.Add(path);
        await using var copy = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous });
        await stored.CopyToAsync(copy, cancellationToken);
        return path;
    }

    public void Dispose()
    {
        _files.ForEach(File.Delete);
        _document.Dispose();
        _split.Dispose();
    }

    private static async Task<SplitBody> SplitAsync(HttpContext http, BodySplitLimits limits, bool isForm)
    {
        try
        {
            // The server itself ends a read whose sender is gone; one that is cancelled besides stays open for it, and it complains.
            return isForm
                ? await FormBodySplitter.ReadAsync(http.Request.Body, http.Request.ContentType, limits, CancellationToken.None)
                : await JsonBodySplitter.ReadAsync(http.Request.BodyReader, limits, CancellationToken.None);
        }
        catch (IOException fault) when (fault is not BadHttpRequestException)
        {
            // What breaks here breaks on the sender's side: a chunk size that is none, a connection that was reset.
            throw new GatewayException(new GatewayError(ErrorKind.InvalidJson, "The body broke off while it was read."), fault);
        }
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

            // Relay nodes write the address of their webhook so.
            Fields.Add(name == "webhook" ? "webhook_url" : name, new FieldValue(text));
        }
    }
}
