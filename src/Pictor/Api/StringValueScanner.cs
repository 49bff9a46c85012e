using System.Buffers;
using System.Text;
using Pictor.Errors;

namespace Pictor.Api;

/// <summary>
/// Judges one string value while it passes: leading links and data URIs, or bare base64 from the first to the last character, then text.
/// Base64 that grows past its threshold is taken back out of the output, where a placeholder stays, and goes on in the spool.
/// </summary>
/// <remarks>
/// White space belongs to base64 only as the breaks of evenly wrapped lines: elsewhere it separates a picture from what follows.
/// Bare base64 is held until it could no longer pass as text, so that a long text which is not base64 is never lost.
/// </remarks>
internal sealed class StringValueScanner(
    BodySplitOptions options, PooledBytes output, Base64Spool spool, Placeholders placeholders, JsonParam param)
{
    // Wrapped base64 is seen with 60, 64 and 76 characters a line; shorter "lines" are words.
    private const int ShortestLine = 32;
    private const int LongestLine = 1024;
    private const int LongestPrefix = 256;

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"u8);

    private readonly byte[] _word = new byte[LongestLine];
    private readonly JsonEscape _escape = new();
    private State _state;
    private bool _afterBackslash;
    private bool _isFirst;
    private int _placeholderCount;

    // All of these are lengths of the output at some moment, or of parts of it.
    private int _start;
    private int _notText;
    private int _wordStart;
    private int _wordLength;
    private int _runStart;
    private int _gapStart;

    private bool _isBare;
    private bool _isSpooled;
    private string? _mediaType;
    private long _encodedBytes;
    private int _padding;
    private int _lineLength;
    private int _lineBefore;

    private enum State
    {
        Head,
        Prefix,
        Link,
        Run,
        Gap,
        NextLine,
        Text,
    }

    public bool Ended { get; private set; }

    /// <summary>The output without the run that may still be taken out of it.</summary>
    public int SettledLength => output.Length - Held;

    private int Held => !InRun || _isSpooled ? 0 : RunEnd - _runStart;

    private bool InRun => _state is State.Run or State.Gap or State.NextLine;

    private int RunEnd => _state == State.Run ? output.Length : _gapStart;

    private bool MayWrap => _padding == 0 && _lineLength is >= ShortestLine and <= LongestLine && _lineLength >= _lineBefore;

    /// <summary>A string begins: its opening quote is the last byte of the output.</summary>
    public void Begin()
    {
        Ended = false;
        _start = output.Length;
        _notText = 0;
        BeginWord(isFirst: true);
    }

    /// <summary>Takes one step, at most to the closing quote, and says how many bytes that was. Begins no second run in one step.</summary>
    public int Advance(ReadOnlySpan<byte> bytes)
    {
        int length;
        if (_state == State.Text)
        {
            length = StringText.Copy(bytes, output, ref _afterBackslash, out var ended);
            Ended = ended;
        }
        else if (_escape.IsOpen || bytes[0] == (byte)'\\')
        {
            length = _escape.Advance(bytes);
            if (!_escape.IsOpen)
            {
                TakeOne(_escape.Value, _escape.Raw);
            }
        }
        else
        {
            length = bytes.IndexOfAnyExcept(Alphabet);
            length = length < 0 ? bytes.Length : length;
            if (length > 0)
            {
                length = TakeBase64(bytes[..length], bytes[..length]);
            }
            else
            {
                length = 1;
                if (bytes[0] == (byte)'"')
                {
                    End();
                }
                else
                {
                    // A bare control character is no JSON: it is for System.Text.Json to refuse, so it may not vanish in a run.
                    Take(bytes[0] < 0x20 ? JsonEscape.NoCharacter : bytes[0], bytes[..1]);
                }
            }
        }

        if (output.Length - (Ended ? 1 : 0) - _start - _notText - Held > options.MaxTextBytes)
        {
            throw StringText.TooLong(options.MaxTextBytes, param.Name);
        }

        return length;
    }

    private void TakeOne(int c, ReadOnlySpan<byte> raw)
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
        var most = _state switch
        {
            State.Head => ShortestLine - _wordLength,
            State.Prefix => LongestPrefix - _wordLength,
            State.NextLine => LongestLine - _wordLength,
            _ => chars.Length,
        };
        if (most < chars.Length)
        {
            chars = chars[..most];
            raw = raw[..most];
        }

        switch (_state)
        {
            case State.Head or State.Prefix or State.NextLine:
                chars.CopyTo(_word.AsSpan(_wordLength));
                _wordLength += chars.Length;
                output.Append(raw);
                if (chars.Length == most)
                {
                    WordIsFull();
                }

                return chars.Length;
            case State.Run when _padding == 0:
                TakeIntoRun(chars, raw);
                return chars.Length;
            case State.Run:
                IsNotBase64();
                return 0;
            case State.Gap:
                BeginNextLineOrEndRun();
                return 0;
            default:
                output.Append(raw);
                return chars.Length;
        }
    }

    /// <summary>Takes one character that is not of the base64 alphabet.</summary>
    private void Take(int c, ReadOnlySpan<byte> raw)
    {
        var isSpace = c is ' ' or '\n' or '\r' or '\t';
        switch (_state)
        {
            case State.Head when isSpace && _wordLength == 0:
                output.Append(raw);
                _wordStart = output.Length;
                break;
            case State.Head:
                output.Append(raw);
                _state = c == ':' ? Scheme() : State.Text;
                break;
            case State.Prefix:
                output.Append(raw);
                TakeIntoPrefix(c);
                break;
            case State.Link:
                output.Append(raw);
                if (isSpace)
                {
                    BeginWord(isFirst: false);
                }

                break;
            case State.Run when c == '=' && _padding < 2:
                _padding++;
                TakeIntoRun([], raw);
                break;
            case State.Run when isSpace:
                _gapStart = output.Length;
                _state = State.Gap;
                output.Append(raw);
                break;
            case State.Run:
                IsNotBase64();
                output.Append(raw);
                break;
            case State.Gap when isSpace:
                output.Append(raw);
                break;
            case State.Gap:
                EndRunBeforeText();
                Take(c, raw);
                break;
            case State.NextLine:
                EndLine(isSpace, c == '=');
                Take(c, raw);
                break;
            default:
                output.Append(raw);
                break;
        }
    }

    /// <summary>The closing quote.</summary>
    private void End()
    {
        if (_state == State.NextLine)
        {
            EndLine(isSpace: true, isPadding: false);
        }

        if (_isBare && _isSpooled && _state == State.Gap)
        {
            output.Truncate(_gapStart);
        }

        if (InRun)
        {
            EndRun();
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

    private void WordIsFull()
    {
        if (_state == State.NextLine)
        {
            AcceptLine();
        }
        else if (_state == State.Head && _isFirst)
        {
            BeginRun(isBare: true, mediaType: null);
            _lineLength = _wordLength;
            spool.Append(_word.AsSpan(0, _wordLength));
        }
        else
        {
            _state = State.Text;
        }
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
        var prefix = _word.AsSpan(0, _wordLength);
        if (c == ',' && prefix.Length >= 11 && Ascii.EqualsIgnoreCase(prefix[^7..], ";base64"u8))
        {
            var mediaType = prefix["data".Length..];
            mediaType = mediaType[..mediaType.IndexOf((byte)';')];
            BeginRun(isBare: false, mediaType.IsEmpty ? null : Encoding.ASCII.GetString(mediaType));
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

    private void BeginRun(bool isBare, string? mediaType)
    {
        _state = State.Run;
        _runStart = _wordStart;
        _isBare = isBare;
        _isSpooled = false;
        _mediaType = mediaType;
        _padding = _lineLength = _lineBefore = 0;
    }

    private void TakeIntoRun(ReadOnlySpan<byte> chars, ReadOnlySpan<byte> raw)
    {
        spool.Append(chars);
        _lineLength += chars.Length;
        if (_isSpooled)
        {
            _encodedBytes += raw.Length;
            CheckPictureSize();
            return;
        }

        output.Append(raw);
        SpoolWhenLong();
    }

    private void SpoolWhenLong()
    {
        if (output.Length - _runStart > (_isBare ? Math.Max(options.Threshold, options.MaxTextBytes) : options.Threshold))
        {
            BeginSpooling(output.Length);
        }
    }

    private void BeginSpooling(int runEnd)
    {
        _isSpooled = true;
        _encodedBytes = runEnd - _runStart;
        var placeholder = placeholders.Make(_placeholderCount++);
        output.Truncate(_runStart);
        output.Append(placeholder);
        _notText += placeholder.Length;
        CheckPictureSize();
    }

    private void BeginNextLineOrEndRun()
    {
        if (MayWrap)
        {
            _state = State.NextLine;
            _wordStart = output.Length;
            _wordLength = 0;
        }
        else
        {
            EndRunBeforeText();
        }
    }

    /// <summary>Is what stands behind a break another line of the base64, or the first word behind it?</summary>
    private void EndLine(bool isSpace, bool isPadding)
    {
        // A short line that a space follows ends the base64 only where base64 can end, else it is a word.
        var isLast = isPadding || _isBare || _wordLength >= _lineLength || (spool.Chars + _wordLength) % 4 == 0;
        if (isPadding || (isSpace && isLast))
        {
            AcceptLine();
        }
        else
        {
            var (wordStart, wordLength) = (_wordStart, _wordLength);
            EndRunBeforeText();
            if (_state == State.Head)
            {
                (_wordStart, _wordLength) = (wordStart, wordLength);
                _state = wordLength < ShortestLine ? State.Head : State.Text;
            }
        }
    }

    private void AcceptLine()
    {
        _state = State.Run;
        _lineBefore = _lineLength;
        _lineLength = _wordLength;
        spool.Append(_word.AsSpan(0, _wordLength));
        if (_isSpooled)
        {
            _encodedBytes += output.Length - _gapStart;
            output.Truncate(_gapStart);
            CheckPictureSize();
        }
        else
        {
            SpoolWhenLong();
        }
    }

    private void EndRunBeforeText()
    {
        if (_isBare)
        {
            IsNotBase64();
        }
        else
        {
            EndRun();
            BeginWord(isFirst: false);
        }
    }

    private void EndRun()
    {
        var length = RunEnd - _runStart;
        if (_isSpooled)
        {
            if (!spool.TryEnd(_padding))
            {
                throw NotBase64();
            }
        }
        else if (_isBare && length > options.Threshold && spool.TryEnd(_padding))
        {
            BeginSpooling(RunEnd);
        }
        else
        {
            spool.Abandon();
            _notText += _isBare ? 0 : length;
            _state = State.Text;
            return;
        }

        spool.Keep(_encodedBytes, _mediaType, param.Name);
        _state = State.Text;
    }

    private void IsNotBase64()
    {
        if (_isSpooled)
        {
            throw NotBase64();
        }

        spool.Abandon();
        _state = State.Text;
    }

    private void CheckPictureSize()
    {
        if (spool.Bytes > options.MaxPictureBytes)
        {
            throw new GatewayException(
                ErrorKind.BodyTooLarge, $"{param.Name ?? "a picture"} is larger than {options.MaxPictureBytes} bytes", param.Name);
        }
    }

    private GatewayException NotBase64() =>
        new(ErrorKind.BadReferenceImage, $"{param.Name ?? "a picture"} is not valid base64", param.Name);
}
