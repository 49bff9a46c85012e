using Pictor.Errors;

namespace Pictor.Upstream.Splitting;

/// <summary>
/// One run of base64 in a string value. It stays in the output while it is short; past its threshold, or at its end where it is
/// a picture of any size, it is taken back out, where a placeholder stays, and goes on in the spool.
/// </summary>
/// <remarks>
/// White space belongs to base64 only as the breaks of evenly wrapped lines: elsewhere it separates a picture from what follows.
/// Bare base64 is held until it could no longer pass as text, so that a long text which is not base64 is never lost.
/// </remarks>
internal sealed class Base64Run(
    BodySplitLimits options, PooledBytes output, Base64Spool spool, Placeholders placeholders, JsonParam param)
{
    /// <summary>Wrapped base64 is seen with 60, 64 and 76 characters a line; shorter "lines" are words.</summary>
    public const int ShortestLine = 32;

    private const int LongestLine = 1024;

    private readonly byte[] _line = new byte[LongestLine];
    private int _placeholderCount;
    private State _state;
    private bool _isBare;
    private bool _isPicture;
    private bool _isSpooled;
    private string? _mediaType;
    private long _encodedBytes;
    private int _padding;

    // Lengths of the output at some moment: where the run begins, where the white space begins that may end it, and the line behind.
    private int _start;
    private int _gapStart;
    private int _lineStart;

    // Characters: of the line being read, and of the two before it.
    private int _newLength;
    private int _lineLength;
    private int _lineBefore;

    private enum State
    {
        Characters,
        Gap,
        NextLine,
        Over,
    }

    /// <summary>True when the run was none: all that stands in the output is text, and so is what follows.</summary>
    public bool WasText { get; private set; }

    /// <summary>Bytes at the end of the output that may still be taken out of it.</summary>
    public int Held => _state == State.Over || _isSpooled ? 0 : End - _start;

    /// <summary>Bytes of the output that the run has left there, itself or its placeholder.</summary>
    public int NotText { get; private set; }

    /// <summary>After the run is over: the word behind it that was taken for a line at first, and stands at the end of the output.</summary>
    public ReadOnlySpan<byte> WordBehind => _line.AsSpan(0, _newLength);

    /// <summary>Where <see cref="WordBehind"/> stands.</summary>
    public int WordBehindStart => _lineStart;

    private int End => _state == State.Characters ? output.Length : _gapStart;

    private bool MayWrap => _padding == 0 && _lineLength is >= ShortestLine and <= LongestLine && _lineLength >= _lineBefore;

    /// <summary>A data URI whose prefix stands at <paramref name="start"/> of the output.</summary>
    public void BeginDataUri(int start, string? mediaType) => Begin(start, isBare: false, mediaType);

    /// <summary>Bare base64, the whole of a string; its first characters stand at <paramref name="start"/> of the output.</summary>
    public void BeginBare(int start, ReadOnlySpan<byte> chars)
    {
        Begin(start, isBare: true, mediaType: null);
        _lineLength = chars.Length;
        spool.Append(chars);
    }

    /// <summary>Takes characters of the base64 alphabet and says how many. None: the state has changed, or the run is over before them.</summary>
    /// <param name="chars">What they mean.</param>
    /// <param name="raw">As they stand in the body; longer for an escape, which comes alone.</param>
    /// <param name="isOver">Whether the run is over.</param>
    public int TakeBase64(ReadOnlySpan<byte> chars, ReadOnlySpan<byte> raw, out bool isOver)
    {
        var taken = 0;
        switch (_state)
        {
            case State.Characters when _padding == 0:
                Append(chars, raw);
                taken = chars.Length;
                break;
            case State.Characters:
                GiveUp();
                break;
            case State.Gap when MayWrap:
                _state = State.NextLine;
                _lineStart = output.Length;
                break;
            case State.Gap:
                EndBeforeText();
                break;
            default:
                taken = Math.Min(chars.Length, LongestLine - _newLength);
                output.Append(taken < chars.Length ? raw[..taken] : raw);
                chars[..taken].CopyTo(_line.AsSpan(_newLength));
                _newLength += taken;
                if (_newLength == LongestLine)
                {
                    AcceptLine();
                }

                break;
        }

        isOver = _state == State.Over;
        return taken;
    }

    /// <summary>Takes one character that is not of the base64 alphabet; false when the run is over before it.</summary>
    public bool Take(int c, ReadOnlySpan<byte> raw, bool isSpace)
    {
        if (_state == State.NextLine)
        {
            EndLine(isSpace, c == '=');
        }

        switch (_state)
        {
            case State.Characters when c == '=' && _padding < 2:
                _padding++;
                Append([], raw);
                return true;
            case State.Characters or State.Gap when isSpace:
                _gapStart = End;
                _state = State.Gap;
                output.Append(raw);
                return true;
            case State.Characters when options.LooksInText && !_isBare && (c is ')' or ']' or '"' or '\'' or '<' or '>'):
                Finish();
                return false;
            case State.Characters:
                GiveUp();
                return false;
            case State.Gap:
                EndBeforeText();
                return false;
            default:
                return false;
        }
    }

    /// <summary>The string ends.</summary>
    public void EndOfString()
    {
        if (_state == State.NextLine)
        {
            EndLine(isSpace: true, isPadding: false);
        }

        if (_state != State.Over)
        {
            if (_isBare && _isSpooled)
            {
                output.Truncate(End);
            }

            Finish();
        }
    }

    private void Begin(int start, bool isBare, string? mediaType)
    {
        _state = State.Characters;
        _start = start;
        _isBare = isBare;
        _isPicture = param.IsPicture || (param.IsText && !isBare);
        _mediaType = mediaType;
        _isSpooled = WasText = false;
        NotText = _padding = _newLength = _lineLength = _lineBefore = 0;
    }

    private void Append(ReadOnlySpan<byte> chars, ReadOnlySpan<byte> raw)
    {
        spool.Append(chars);
        _lineLength += chars.Length;
        if (_isSpooled)
        {
            _encodedBytes += raw.Length;
            CheckPictureSize();
        }
        else
        {
            output.Append(raw);
            SpoolWhenLong();
        }
    }

    private void SpoolWhenLong()
    {
        if (output.Length - _start > (_isBare && !_isPicture ? Math.Max(options.Threshold, options.MaxTextBytes) : options.Threshold))
        {
            BeginSpooling();
        }
    }

    private void BeginSpooling()
    {
        _isSpooled = true;
        _encodedBytes = End - _start;
        var placeholder = placeholders.Make(_placeholderCount++);
        output.Truncate(_start);
        output.Append(placeholder);
        NotText = placeholder.Length;
        CheckPictureSize();
    }

    /// <summary>Takes out a run that is over, and keeps what was read behind it.</summary>
    private void SpoolBefore(ReadOnlySpan<byte> behind)
    {
        var (kept, end) = (behind.ToArray(), End);
        BeginSpooling();
        var moved = output.Length - end;
        (_gapStart, _lineStart) = (_gapStart + moved, _lineStart + moved);
        output.Append(kept);
    }

    /// <summary>Is what stands behind a break another line of the base64, or the first word behind it?</summary>
    private void EndLine(bool isSpace, bool isPadding)
    {
        // A line shorter than the one before ends the base64, so it has to end where base64 can; else it is a word.
        var isLine = _isBare || _newLength >= _lineLength || (spool.Chars + _newLength) % 4 == 0;
        if (isPadding || (isSpace && isLine))
        {
            AcceptLine();
        }
        else
        {
            EndBeforeText();
        }
    }

    private void AcceptLine()
    {
        spool.Append(WordBehind);
        (_lineBefore, _lineLength, _newLength) = (_lineLength, _newLength, 0);
        _state = State.Characters;
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

    private void EndBeforeText()
    {
        if (_isBare)
        {
            GiveUp();
        }
        else
        {
            Finish();
        }
    }

    private void Finish()
    {
        if (_isSpooled || (_isPicture && spool.Chars > 0) || (_isBare && Held > options.Threshold))
        {
            if (!spool.TryEnd(_padding))
            {
                GiveUp();
                return;
            }

            if (!_isSpooled)
            {
                SpoolBefore(_isBare ? default : output.Span[End..]);
            }

            spool.Keep(_encodedBytes, _mediaType, param.Name);
        }
        else
        {
            spool.Abandon();
            NotText = _isBare ? 0 : Held;
        }

        _state = State.Over;
    }

    private void GiveUp()
    {
        if (_isSpooled)
        {
            throw new GatewayException(ErrorKind.BadReferenceImage, $"{param.Name ?? "a picture"} is not valid base64", param.Name);
        }

        spool.Abandon();
        WasText = true;
        _state = State.Over;
    }

    private void CheckPictureSize()
    {
        if (spool.Bytes > options.MaxPictureBytes)
        {
            throw new GatewayException(
                ErrorKind.BodyTooLarge, $"{param.Name ?? "a picture"} is larger than {options.MaxPictureBytes} bytes", param.Name);
        }
    }
}
