using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pictor.FakeUpstreams;

/// <summary>One request on its way through a fake, read whole.</summary>
public sealed class FakeCall
{
    private static readonly string[] CredentialHeaders = ["Authorization", "x-key", "api-key", "x-api-key", "Cookie"];

    internal FakeCall(HttpContext http, FakeUpstream fake, string dialect, string stage, Directives queued)
    {
        (Http, Fake, Dialect, Stage, Queued) = (http, fake, dialect, stage, queued);
        var header = CredentialHeaders.FirstOrDefault(name => http.Request.Headers.ContainsKey(name));
        Credential = header is null ? null : $"{header}: {http.Request.Headers[header]}";
    }

    public HttpContext Http { get; }

    public FakeUpstream Fake { get; }

    public string Dialect { get; }

    public string Stage { get; }

    public byte[] Body { get; private set; } = [];

    /// <summary>The body as JSON, or null when it is none.</summary>
    public JsonObject? Json { get; private set; }

    /// <summary>The body as a form, or null when it is none.</summary>
    public IFormCollection? Form { get; private set; }

    public string? Prompt { get; private set; }

    /// <summary>From the prompt, or of the task; queued ones win.</summary>
    public Directives Directives { get; private set; } = Directives.None;

    /// <summary>As in <c>Authorization: Bearer …</c>, or null.</summary>
    public string? Credential { get; }

    /// <summary>True when the request came to the second address, where no credential may be shown.</summary>
    public bool IsForeign => Fake.IsOther(Http.Connection.LocalPort);

    private Directives Queued { get; }

    /// <summary>Tells whose call it is and what to do with it.</summary>
    public void UsePrompt(string? prompt) => (Prompt, Directives) = (prompt, Directives.FromPrompt(prompt).With(Queued));

    /// <summary>The same for calls about a task: its submit's words go on holding.</summary>
    public void UseTask(Directives directives) => Directives = directives.With(Queued);

    internal async Task ReadAsync()
    {
        Directives = Queued;
        var request = Http.Request;
        using var whole = new MemoryStream();
        await request.Body.CopyToAsync(whole, Http.RequestAborted);
        Body = whole.ToArray();
        if (request.HasFormContentType)
        {
            request.Body = new MemoryStream(Body);
            Form = await request.ReadFormAsync(Http.RequestAborted);
        }
        else if (Body.Length > 0)
        {
            try
            {
                Json = JsonNode.Parse(Body) as JsonObject;
            }
            catch (JsonException)
            {
                Json = null;
            }
        }
    }

    internal CallRecord Record(string verdict, FakeAnswer? answer, TimeProvider time) => new()
    {
        Number = 0,
        At = time.GetUtcNow(),
        Dialect = Dialect,
        Stage = Stage,
        Verdict = verdict,
        Reason = answer?.Refusal,
        Method = Http.Request.Method,
        Path = Http.Request.Path + Http.Request.QueryString,
        Host = Http.Request.Host.Value ?? "",
        Credential = Credential,
        Headers = [.. Http.Request.Headers.Select(header => $"{header.Key}: {header.Value}")],
        RequestId = Http.Request.Headers["x-request-id"],
        Job = Directives["job"],
        Directives = Directives.IsEmpty ? null : Directives.ToString(),
        Prompt = Cut(Prompt),
        UpstreamId = answer?.UpstreamId,
        Pictures = answer?.Pictures ?? 0,
        Parameters = Parameters(),
    };

    private static string? Cut(string? text) => text is { Length: > 300 } ? text[..300] + "…" : text;

    private JsonObject? Parameters()
    {
        if (Form is not null)
        {
            var fields = new JsonObject();
            foreach (var (name, values) in Form)
            {
                fields[name] = Cut(values.ToString());
            }

            foreach (var files in Form.Files.GroupBy(file => file.Name))
            {
                fields[files.Key] = new JsonArray([.. files.Select(file => new JsonObject { ["file"] = file.FileName, ["type"] = file.ContentType, ["bytes"] = file.Length })]);
            }

            return fields;
        }

        return Json is null ? null : (JsonObject)Shortened(Json)!;
    }

    private static JsonNode? Shortened(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Shortened(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Shortened)]),
        JsonValue value when value.TryGetValue<string>(out var text) => Cut(text),
        _ => node?.DeepClone(),
    };
}
