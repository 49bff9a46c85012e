using System.Text.Json;

namespace Pictor.Upstream.Splitting;

/// <summary>Knows where in a JSON text the scanner is: whether the next string is a name, and which request parameter it belongs to.</summary>
internal sealed class JsonParam(PooledBytes output)
{
    // Deeper texts are refused by System.Text.Json; down there every string is taken for a value.
    private const int DeepestKnown = 64;

    private ulong _objects;
    private int _depth;
    private bool _nameComes;
    private Range? _member;
    private Range? _inner;

    /// <summary>True when a string that begins here is a property name.</summary>
    public bool NameComes => _nameComes && InObject;

    /// <summary>The top-level property; below <c>extra_body</c> the property in it; null outside of both.</summary>
    public string? Name
    {
        get
        {
            if (_member is not { } member)
            {
                return null;
            }

            var isExtraBody = output.Span[member].SequenceEqual("\"extra_body\""u8);
            return Read(isExtraBody && _inner is { } inner ? inner : member);
        }
    }

    private bool InObject => _depth is > 0 and <= DeepestKnown && (_objects & (1UL << (_depth - 1))) != 0;

    public void See(byte mark)
    {
        switch (mark)
        {
            case (byte)'{' or (byte)'[':
                Open(mark == (byte)'{');
                break;
            case (byte)'}' or (byte)']':
                _depth = Math.Max(0, _depth - 1);
                _nameComes = false;
                break;
            default:
                _nameComes = mark == (byte)',';
                break;
        }
    }

    /// <summary>A name has been read; the range covers it in the output, with its quotes.</summary>
    public void SeeName(Range name)
    {
        _nameComes = false;
        if (_depth == 1)
        {
            (_member, _inner) = (name, null);
        }
        else if (_depth == 2)
        {
            _inner = name;
        }
    }

    private void Open(bool isObject)
    {
        _depth++;
        _nameComes = isObject;
        if (_depth <= DeepestKnown)
        {
            var bit = 1UL << (_depth - 1);
            _objects = isObject ? _objects | bit : _objects & ~bit;
        }
    }

    private string? Read(Range name)
    {
        try
        {
            var reader = new Utf8JsonReader(output.Span[name]);
            return reader.Read() ? reader.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
