using System.Globalization;
using System.Text.RegularExpressions;

namespace Pictor.FakeUpstreams;

/// <summary>
/// What a fake is told to do with a call, as <c>name=value</c> words: in the prompt inside <c>[fake: …]</c>, or queued for the next
/// calls. A word without a value is <c>true</c>.
/// </summary>
public sealed partial class Directives
{
    public static readonly Directives None = new([]);

    private readonly Dictionary<string, string> _values;

    private Directives(Dictionary<string, string> values) => _values = values;

    /// <summary>Where on the way of a job a fault happens: <c>submit</c> (unless said), <c>upload</c>, <c>poll</c>, <c>result</c>, <c>cancel</c>, <c>picture</c>, <c>connection</c>.</summary>
    public string Stage => this["at"] ?? Stages.Submit;

    public bool IsEmpty => _values.Count == 0;

    /// <summary>Null when it was not said.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    public static Directives Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = word.Split('=', 2);
            values[parts[0]] = parts.Length == 2 ? parts[1] : "true";
        }

        return values.Count == 0 ? None : new Directives(values);
    }

    /// <summary>All markers of a text together.</summary>
    public static Directives FromPrompt(string? prompt) =>
        prompt is null || !prompt.Contains("[fake:", StringComparison.Ordinal)
            ? None
            : Parse(string.Join(' ', Marker().Matches(prompt).Select(match => match.Groups[1].Value)));

    public bool Has(string name) => _values.ContainsKey(name);

    public int Number(string name, int otherwise) =>
        int.TryParse(this[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>These, and where both say something, the other.</summary>
    public Directives With(Directives stronger)
    {
        if (stronger.IsEmpty || IsEmpty)
        {
            return stronger.IsEmpty ? this : stronger;
        }

        var values = new Dictionary<string, string>(_values, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in stronger._values)
        {
            values[name] = value;
        }

        return new Directives(values);
    }

    /// <summary>Nothing unless they are meant for this stage.</summary>
    public Directives At(string stage) => Stage == stage ? this : None;

    public override string ToString() => string.Join(' ', _values.Select(entry => $"{entry.Key}={entry.Value}"));

    [GeneratedRegex(@"\[fake:([^\]]*)\]")]
    private static partial Regex Marker();
}

/// <summary>The steps on the way of a job.</summary>
public static class Stages
{
    /// <summary>The paid one.</summary>
    public const string Submit = "submit";

    /// <summary>A file that goes up before the paid call; costs nothing.</summary>
    public const string Upload = "upload";

    public const string Poll = "poll";

    public const string Result = "result";

    public const string Cancel = "cancel";

    public const string Picture = "picture";

    /// <summary>A question that costs nothing, to see whether address and credential work.</summary>
    public const string Test = "test";

    /// <summary>Before there is a request: <c>fault=reset</c> or <c>fault=tls-alert</c>, for the next new connections.</summary>
    public const string Connection = "connection";
}
