using System.Diagnostics.CodeAnalysis;

namespace Pictor.Upstream.Splitting;

/// <summary>A JSON body without its big pictures: small JSON with placeholders, and the files they stand for.</summary>
internal sealed class SplitBody : IDisposable
{
    private readonly Placeholders _placeholders;

    public SplitBody(byte[] json, IReadOnlyList<SpooledValue> values, Placeholders placeholders)
    {
        Json = json;
        Values = values;
        _placeholders = placeholders;
    }

    /// <summary>UTF-8 and unchecked: whether it is JSON is for System.Text.Json to say.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>In the order of the body.</summary>
    public IReadOnlyList<SpooledValue> Values { get; }

    /// <summary>The value that <paramref name="text"/>, a whole string or one word of a prompt, stands for.</summary>
    public bool TryGet(string text, [NotNullWhen(true)] out SpooledValue? value)
    {
        var index = _placeholders.IndexOf(text);
        value = index >= 0 && index < Values.Count ? Values[index] : null;
        return value is not null;
    }

    /// <summary>The word that stands for a value.</summary>
    public string PlaceholderOf(int index) => System.Text.Encoding.ASCII.GetString(_placeholders.Make(index));

    /// <summary>True when a placeholder is anywhere in the text: it must not be used as text then.</summary>
    public bool Mentions(string text) => _placeholders.AreIn(text);

    /// <summary>Deletes the files that nobody took.</summary>
    public void Dispose()
    {
        foreach (var value in Values)
        {
            value.Dispose();
        }
    }
}
