using System.Buffers;
using System.Text;

namespace Pictor.Upstream.Splitting;

/// <summary>
/// Finds the base64 in one string value while it passes: in leading data URIs (links may stand between them, text behind), or in all of
/// the string, from the first to the last character.
/// </summary>
internal sealed class StringValueScanner(
    BodySplitLimits options, PooledBytes output, Base64Spool spool, Placeholders placeholders, JsonParam param)
{
    private const int LongestPrefix = 256;

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"u8);

    private readonly Base64Run _run = new(options, output, spool, placeholders, param);
    private readonly JsonEscape _escape = new();
    private readonly byte[] _word = new byte[LongestPrefix];
    private State _state;
    private bool _afterBackslash;
    private bool _isFirst;
    private int _wordLength;

    // Lengths of the output at some moment.
    private int _start;
    private int _wordStart;
    private int _notText;

    private enum State
    {
        Head,
        Prefix,
        Link,
        Run,
        Text,
    }

    public bool Ended { get; private set; }

    /// <summary>The output without the run that may still be taken out of it.</summary>
    public int SettledLength => output.Length - Held;

    private int Held => _state == State.Run ? _run.Held : 0;

    private int TextLength => SettledLength - _start - _notText - (_state == State.Run ? _run.NotText : 0);

    /// <summary>A string begins: its opening quote is the last byte of the output.</summary>
    public void Begin()
    {
        Ended = false;
        _start = output.Length;
        _notText = 0;
        BeginWord(isFirst: true);
    }

    /// <summary>Takes one step, at most to the closing quote, and says how many bytes that was. No step begins a second run.</summary>
    public int Advance(ReadOnlySpan<byte> bytes)
    {
        var length = Step(bytes);
        if (TextLength - (Ended ? 1 : 0) > options.MaxTextBytes)
        {
            throw StringText.TooLong(options.MaxTextBytes, param.Name);
        }

        return length;
    }

    private int Step(ReadOnlySpan<byte> bytes)
    {
        if (_state == State.Text && !options.LooksInText)
        {
            var copied = StringText.Copy(bytes, output, ref _afterBackslash, out var ended);
            Ended = ended;
            return copied;
        }

        if (_escape.IsOpen || bytes[0] == (byte)'\\')
        {
            var read = _escape.Advance(bytes);
            if (!_escape.IsOpen)
            {
                TakeEscaped(_escape.Value, _escape.Raw);
            }

            return read;
        }

        var chars = bytes.IndexOfAnyExcept(Alphabet);
        if (chars != 0)
        {
            var run = chars < 0 ? bytes : bytes[..chars];
            return TakeBase64(run, run);
        }

        if (bytes[0] == (byte)'"')
        {
            End();
        }
        else
        {
            // A control character without escape is no JSON: it is for System.Text.Json to refuse, so it may not vanish in a run.
            Take(bytes[0] < 0x20 ? JsonEscape.NoCharacter : bytes[0], bytes[..1]);
        }

        return 1;
    }

    private void TakeEscaped(int c, ReadOnlySpan<byte> raw)
    {
        if (c is < 0 or > 0x7F || !Alphabet.Contains((byte)c))
        {
            Take(c, raw);
            return;
        }

        // No progress means that the state has changed, and the character is judged again.
        while (TakeBase64([(byte)c], raw) == 0)
        {
        }
    }

    /// <summary>Takes characters of the base64 alphabet. For an escape there is one, which is longer in the body than it is.</summary>
    private int TakeBase64(ReadOnlySpan<byte> chars, ReadOnlySpan<byte> raw)
    {
        switch (_state)
        {
            case State.Run:
                var taken = _run.TakeBase64(chars, raw, out var isOver);
                if (isOver)
                {
                    LeaveRun();
                }

                return taken;
            case State.Head or State.Prefix:
                return TakeIntoWord(chars, raw, _state == State.Head ? Base64Run.ShortestLine : LongestPrefix);
            default:
                output.Append(raw);
                return chars.Length;
        }
    }

    /// <summary>Takes one character that is not of the base64 alphabet.</summary>
    private void Take(int c, ReadOnlySpan<byte> raw)
    {
        var isSpace = c is ' ' or '\n' or '\r' or '\t';
        if (_state == State.Run)
        {
            if (_run.Take(c, raw, isSpace))
            {
                return;
            }

            LeaveRun();
        }

        output.Append(raw);
        switch (_state)
        {
            case State.Head when isSpace && _wordLength == 0:
                _wordStart = output.Length;
                break;
            case State.Head:
                _state = c == ':' ? Scheme() : State.Text;
                break;
            case State.Prefix:
                TakeIntoPrefix(c);
                break;
            case State.Link when isSpace:
            case State.Text when options.LooksInText && (isSpace || c is '(' or '"' or '\'' or '=' or '>'):
                BeginWord(isFirst: false);
                break;
        }
    }

    /// <summary>The closing quote.</summary>
    private void End()
    {
        if (_state == State.Run)
        {
            _run.EndOfString();
            LeaveRun();
        }

        output.Append("\""u8);
        Ended = true;
    }

    private void BeginWord(bool isFirst)
    {
        _state = State.Head;
        _isFirst = isFirst;
        _wordStart = output.Length;
        _wordLength = 0;
    }

    private int TakeIntoWord(ReadOnlySpan<byte> chars, ReadOnlySpan<byte> raw, int most)
    {
        var taken = Math.Min(chars.Length, most - _wordLength);
        output.Append(taken < chars.Length ? raw[..taken] : raw);
        chars[..taken].CopyTo(_word.AsSpan(_wordLength));
        _wordLength += taken;
        if (_wordLength == most)
        {
            if (_state == State.Head && _isFirst)
            {
                _state = State.Run;
                _run.BeginBare(_wordStart, _word.AsSpan(0, _wordLength));
            }
            else
            {
                _state = State.Text;
            }
        }

        return taken;
    }

    private State Scheme()
    {
        var word = _word.AsSpan(0, _wordLength);
        return Ascii.EqualsIgnoreCase(word, "data"u8) ? State.Prefix
            : Ascii.EqualsIgnoreCase(word, "https"u8) || Ascii.EqualsIgnoreCase(word, "http"u8) ? State.Link
            : State.Text;
    }

    private void TakeIntoPrefix(int c)
    {
        // The colon was not kept: "dataimage/png;base64".
        var prefix = _word.AsSpan("data".Length, _wordLength - "data".Length);
        if (c == ',' && prefix.Length >= ";base64".Length && Ascii.EqualsIgnoreCase(prefix[^7..], ";base64"u8))
        {
            var mediaType = Encoding.ASCII.GetString(prefix[..prefix.IndexOf((byte)';')]);
            _state = State.Run;
            _run.BeginDataUri(_wordStart, mediaType.Length == 0 ? null : mediaType);
        }
        else if (c is > ' ' and < 0x7F and not ',' && _wordLength < LongestPrefix - 1)
        {
            _word[_wordLength++] = (byte)c;
        }
        else
        {
            _state = State.Text;
        }
    }

    private void LeaveRun()
    {
        _notText += _run.NotText;
        BeginWord(isFirst: false);
        if (_run.WasText || _run.WordBehind.Length >= Base64Run.ShortestLine)
        {
            _state = State.Text;
        }
        else if (_run.WordBehind.Length > 0)
        {
            _run.WordBehind.CopyTo(_word);
            (_wordStart, _wordLength) = (_run.WordBehindStart, _run.WordBehind.Length);
        }
    }
}
