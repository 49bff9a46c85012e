using System.Buffers;
using Pictor.Errors;

namespace Pictor.Upstream.Splitting;

/// <summary>
/// Follows nesting, names and strings through JSON that arrives in pieces, copies it to the output and lets
/// <see cref="StringValueScanner"/> judge the string values. It knows no grammar: what is not JSON passes as it is.
/// </summary>
internal sealed class JsonBodyScanner(BodySplitLimits options, PooledBytes output, Base64Spool spool, Placeholders placeholders)
{
    // What is looked at between two checks of the limits and of the spool; a pipe may give megabytes at once.
    private const int Step = Base64Spool.CharsSize;

    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}[],:"u8);

    private readonly JsonParam _param = new(options, output);
    private StringValueScanner? _value;
    private Place _place = Place.ByteOrderMark;
    private int _nameStart;
    private bool _afterBackslash;

    private enum Place
    {
        ByteOrderMark,
        Outside,
        Name,
        Value,
    }

    /// <summary>Takes what it can of the bytes, and says how much; it stops early when the spool wants writing.</summary>
    public int Advance(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && !spool.WantsWriting)
        {
            var step = bytes.Slice(at, Math.Min(Step, bytes.Length - at));
            at += _place switch
            {
                Place.ByteOrderMark => ByteOrderMark(step[0]),
                Place.Outside => Outside(step),
                Place.Name => Name(step),
                _ => Value(step),
            };
            var settled = _place == Place.Value ? _value!.SettledLength : output.Length;
            if (settled > options.MaxJsonBytes)
            {
                throw new GatewayException(ErrorKind.BodyTooLarge, $"The JSON without its pictures is larger than {options.MaxJsonBytes} bytes.");
            }
        }

        return at;
    }

    private int ByteOrderMark(byte next)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        if (next != mark[output.Length])
        {
            _place = Place.Outside;
            return 0;
        }

        output.Append([next]);
        if (output.Length == mark.Length)
        {
            output.Truncate(0);
            _place = Place.Outside;
        }

        return 1;
    }

    private int Outside(ReadOnlySpan<byte> bytes)
    {
        var mark = bytes.IndexOfAny(Marks);
        if (mark < 0)
        {
            output.Append(bytes);
            return bytes.Length;
        }

        output.Append(bytes[..(mark + 1)]);
        if (bytes[mark] != (byte)'"')
        {
            _param.See(bytes[mark]);
        }
        else if (_param.NameComes)
        {
            _nameStart = output.Length - 1;
            _place = Place.Name;
        }
        else
        {
            _value ??= new StringValueScanner(options, output, spool, placeholders, _param);
            _value.Begin();
            _place = Place.Value;
        }

        return mark + 1;
    }

    private int Name(ReadOnlySpan<byte> bytes)
    {
        var length = StringText.Copy(bytes, output, ref _afterBackslash, out var ended);
        if (output.Length - _nameStart > options.MaxTextBytes)
        {
            throw StringText.TooLong(options.MaxTextBytes, null);
        }

        if (ended)
        {
            _param.SeeName(_nameStart..output.Length);
            _place = Place.Outside;
        }

        return length;
    }

    private int Value(ReadOnlySpan<byte> bytes)
    {
        var length = _value!.Advance(bytes);
        if (_value.Ended)
        {
            _place = Place.Outside;
        }

        return length;
    }
}
