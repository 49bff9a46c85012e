namespace Pictor.FakeUpstreams;

/// <summary>How a fake is started.</summary>
public sealed record FakeOptions
{
    public const string UsualCredential = "fake-credential-1";

    /// <summary>
    /// Where it listens: the vendors' own address first, then another origin that pictures and foreign polling addresses are
    /// on. Empty takes two free ports of loopback.
    /// </summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>The one credential that every vendor accepts.</summary>
    public string Credential { get; init; } = UsualCredential;

    /// <summary>Each call is appended here as a line of JSON before it is answered; null keeps the record in memory only.</summary>
    public string? RecordFile { get; init; }

    /// <summary>For benchmarks: pictures are not drawn but prepared once, with about this many characters of base64. 0 draws.</summary>
    public int PayloadBytes { get; init; }

    /// <summary>How long a task of a polling vendor takes, unless the prompt says otherwise.</summary>
    public TimeSpan TaskTime { get; init; }
}
