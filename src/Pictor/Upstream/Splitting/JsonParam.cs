using System.Text.Json;

namespace Pictor.Upstream.Splitting;

/// <summary>Knows where in a JSON text the scanner is: whether the next string is a name, which request parameter it belongs to, and whether it is a picture.</summary>
internal sealed class JsonParam(BodySplitLimits options, PooledBytes output)
{
    // Deeper texts are refused by System.Text.Json; down there every string is taken for a value.
    private const int DeepestKnown = 64;

    private ulong _objects;
    private ulong _pictures;
    private ulong _texts;
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

    /// <summary>True where the member that a string belongs to, itself or by its arrays, is one of <see cref="BodySplitLimits.Pictures"/>.</summary>
    public bool IsPicture => IsSet(_pictures);

    /// <summary>The same for <see cref="BodySplitLimits.Texts"/>.</summary>
    public bool IsText => IsSet(_texts);

    private bool InObject => IsSet(_objects);

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
        Set(ref _pictures, options.Pictures.Contains(output.Span[name]));
        Set(ref _texts, options.Texts.Contains(output.Span[name]));
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
        var (isPicture, isText) = (!isObject && IsPicture, !isObject && IsText);
        _depth++;
        _nameComes = isObject;
        Set(ref _objects, isObject);
        Set(ref _pictures, isPicture);
        Set(ref _texts, isText);
    }

    private bool IsSet(ulong depths) => _depth is > 0 and <= DeepestKnown && (depths & (1UL << (_depth - 1))) != 0;

    private void Set(ref ulong depths, bool value)
    {
        if (_depth is > 0 and <= DeepestKnown)
        {
            var bit = 1UL << (_depth - 1);
            depths = value ? depths | bit : depths & ~bit;
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
