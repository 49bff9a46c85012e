using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pictor.Cli.Batch;

/// <summary>How far a row has come.</summary>
internal enum RowStatus
{
    /// <summary>The row itself is broken; nothing was sent.</summary>
    Broken,

    /// <summary>About to be sent, or sent without an answer yet.</summary>
    Sent,

    /// <summary>The server has made a job of it.</summary>
    Accepted,

    /// <summary>The pictures are made and paid, and their links known; they are not all on disk yet.</summary>
    Answered,

    Done,

    /// <summary>Refused or failed, and nothing was paid.</summary>
    Failed,

    /// <summary>Sent, and nobody knows whether it was run.</summary>
    Unknown,
}

/// <summary>What the manifest holds of a row: one line, the last one counts.</summary>
internal sealed record ManifestEntry(int Row, int Line, string Id, string Key, RowStatus Status, DateTimeOffset At)
{
    public string? Job { get; init; }

    public JsonObject? Request { get; init; }

    public JsonArray? Files { get; init; }

    public JsonArray? Links { get; init; }

    public string? Cost { get; init; }

    public JsonObject? Error { get; init; }

    public bool IsReplayed { get; init; }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["row"] = Row,
            ["line"] = Line,
            ["status"] = Status.ToString().ToLowerInvariant(),
            ["id"] = Id,
            ["key"] = Key,
            ["at"] = At.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };
        Add("job", Job);
        Add("cost", Cost);
        Add("files", Files?.DeepClone());
        Add("links", Links?.DeepClone());
        Add("replayed", IsReplayed ? true : null);
        Add("error", Error?.DeepClone());
        Add("request", Request?.DeepClone());
        return json;

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }
    }

    /// <summary>Reads a line, or gives null for one that was cut short when the process died.</summary>
    public static ManifestEntry? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.Text("id") is not { } id || root.Text("key") is not { } key || !Enum.TryParse<RowStatus>(root.Text("status"), ignoreCase: true, out var status))
            {
                return null;
            }

            return new ManifestEntry((int)(root.Integer("row") ?? 0), (int)(root.Integer("line") ?? 0), id, key, status,
                DateTimeOffset.TryParse(root.Text("at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : default)
            {
                Job = root.Text("job"),
                Cost = root.Text("cost"),
                IsReplayed = root.Text("replayed") is "true",
                Files = Node(root, "files") as JsonArray,
                Links = Node(root, "links") as JsonArray,
                Error = Node(root, "error") as JsonObject,
                Request = Node(root, "request") as JsonObject,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonNode? Node(JsonElement root, string name) => root.Member(name) is { } value ? JsonNode.Parse(value.GetRawText()) : null;
}
