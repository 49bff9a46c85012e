using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pictor.FakeUpstreams;

/// <summary>What became of a call, from the vendor's side of the till.</summary>
public static class Verdicts
{
    /// <summary>Taken; at the stage <c>submit</c> it is paid for, whatever the caller gets to see.</summary>
    public const string Accepted = "accepted";

    /// <summary>Turned down, not paid for.</summary>
    public const string Refused = "refused";

    /// <summary>The connection ended before the vendor had read the request.</summary>
    public const string Cut = "cut";
}

/// <summary>One call as a fake saw it.</summary>
public sealed record CallRecord
{
    /// <summary>From 1, in the order of arrival at the till.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Dialect { get; init; }

    public required string Stage { get; init; }

    /// <summary>One of <see cref="Verdicts"/>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Why it was refused.</summary>
    public string? Reason { get; init; }

    public required string Method { get; init; }

    /// <summary>With its query.</summary>
    public required string Path { get; init; }

    public required string Host { get; init; }

    /// <summary>The header that carried a credential and its value, as in <c>x-key: …</c>.</summary>
    public string? Credential { get; init; }

    /// <summary>All headers, as in <c>Name: value</c>.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>The caller's own id of the call.</summary>
    public string? RequestId { get; init; }

    /// <summary>The word <c>job</c> of the marker: whose call it is, for the judge.</summary>
    public string? Job { get; init; }

    public string? Directives { get; init; }

    public string? Prompt { get; init; }

    /// <summary>The vendor's id of a task.</summary>
    public string? UpstreamId { get; init; }

    /// <summary>How many pictures it makes.</summary>
    public int Pictures { get; init; }

    /// <summary>The request's parameters; long texts are cut, files are <c>{file, type, bytes}</c>.</summary>
    public JsonObject? Parameters { get; init; }

    public bool IsPaid => Stage == Stages.Submit && Verdict == Verdicts.Accepted;
}

/// <summary>The append-only record of calls: the judge of "paid once". A line is in the file before the call is answered.</summary>
public sealed class FakeRecord : IDisposable
{
    private static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();
    private readonly List<CallRecord> _calls = [];
    private readonly FileStream? _file;
    private long _number;

    internal FakeRecord(string? file)
    {
        if (file is null)
        {
            return;
        }

        // What an earlier process wrote stays, and counts.
        if (File.Exists(file))
        {
            _calls.AddRange(Read(file));
            _number = _calls.Count == 0 ? 0 : _calls[^1].Number;
        }

        // Without a buffer of ours, a line is the kernel's as soon as it is written: kill -9 takes nothing away.
        _file = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    /// <summary>All calls so far.</summary>
    public IReadOnlyList<CallRecord> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The calls that cost money.</summary>
    public IReadOnlyList<CallRecord> Paid => [.. Calls.Where(call => call.IsPaid)];

    /// <summary>The paid kind of calls, whatever became of them.</summary>
    public IReadOnlyList<CallRecord> Submits => At(Stages.Submit);

    public IReadOnlyList<CallRecord> At(string stage) => [.. Calls.Where(call => call.Stage == stage)];

    /// <summary>Reads the record of a fake that may be dead by now; a last line that was cut short is left out.</summary>
    public static IReadOnlyList<CallRecord> Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var calls = new List<CallRecord>();
        while (reader.ReadLine() is { } line)
        {
            try
            {
                calls.Add(JsonSerializer.Deserialize<CallRecord>(line, Lines)!);
            }
            catch (JsonException) when (reader.EndOfStream)
            {
                break;
            }
        }

        return calls;
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>A call as it stands in the file.</summary>
    public static string Line(CallRecord call) => JsonSerializer.Serialize(call, Lines);

    internal CallRecord Add(CallRecord call)
    {
        lock (_lock)
        {
            call = call with { Number = ++_number };
            _calls.Add(call);
            _file?.Write(JsonSerializer.SerializeToUtf8Bytes(call, Lines));
            _file?.Write("\n"u8);
            return call;
        }
    }
}
