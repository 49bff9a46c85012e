using System.Text;
using System.Text.Json.Nodes;

namespace Pictor.FakeUpstreams;

/// <summary>What a vendor answers, before faults get hold of it.</summary>
public sealed record FakeAnswer
{
    public required int Status { get; init; }

    public string? ContentType { get; init; } = "application/json";

    /// <summary>In pieces, so that prepared pictures are not copied; an event stream has one piece an event.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Body { get; init; } = [];

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Each piece is sent by itself and no length is declared.</summary>
    public bool IsStream { get; init; }

    /// <summary>What a stream waits for after its first piece; null for nothing.</summary>
    public Task? Gate { get; init; }

    /// <summary>Why nothing was run, or null when the call was taken.</summary>
    public string? Refusal { get; init; }

    /// <summary>The vendor's id of a task, for the record.</summary>
    public string? UpstreamId { get; init; }

    /// <summary>How many pictures the call makes, for the record.</summary>
    public int Pictures { get; init; }

    public long Length => Body.Sum(piece => (long)piece.Length);

    public static FakeAnswer Json(int status, JsonNode body) => Text(status, body.ToJsonString());

    public static FakeAnswer Text(int status, string body, string contentType = "application/json") =>
        new() { Status = status, ContentType = contentType, Body = [Encoding.UTF8.GetBytes(body)] };

    public FakeAnswer WithHeader(string name, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers) { [name] = value } };

    public FakeAnswer Refused(string reason) => this with { Refusal = reason };
}
