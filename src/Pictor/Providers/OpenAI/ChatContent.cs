using System.Text;
using System.Text.RegularExpressions;
using Pictor.Upstream.Splitting;

namespace Pictor.Providers.OpenAI;

/// <summary>
/// The text of a chat answer, put together from its pieces. Pictures inside it lie in files, and short words stand for them: those
/// that the splitter found in one piece, and those whose data URI is spread over many.
/// </summary>
internal sealed partial class ChatContent(string folder) : IDisposable
{
    private const int LongestHead = 128;

    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly Base64Spool _spool = new(folder);
    private bool _isOpen;
    private int _padding;

    /// <summary>All text so far, with words of <see cref="Files"/> where pictures were.</summary>
    public string Text => _text.ToString();

    /// <summary>The pictures' files by the words that stand for them.</summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    public void Append(string piece, SplitBody split)
    {
        foreach (Match match in Spooled().Matches(piece))
        {
            if (split.TryGet(match.Value, out var value))
            {
                _files[match.Value] = value.Take();
            }
        }

        var at = 0;
        while (at < piece.Length)
        {
            at = _isOpen ? Take(piece, at) : Copy(piece, at);
        }
    }

    /// <summary>The answer is over: a picture that is still open is whole, or it is none.</summary>
    public void End()
    {
        if (_isOpen)
        {
            Close();
        }
    }

    /// <summary>The answer was cut off: what is not known to be whole is neither a picture nor a link.</summary>
    public void Cut()
    {
        if (_isOpen)
        {
            _isOpen = false;
            _spool.Abandon();
        }

        _text.Length = Text.AsSpan().LastIndexOfAny(" \r\n)>") + 1;
    }

    public void Dispose() => _spool.Dispose();

    /// <summary>Copies text; a data URI that begins in it is opened and its head taken back.</summary>
    private int Copy(string piece, int at)
    {
        // The words before the data may be spread over pieces too, so the end of what was said before is looked at again.
        var from = Math.Max(0, _text.Length - LongestHead);
        var before = _text.Length - from;
        var tail = _text.ToString(from, before) + piece[at..];
        var match = Head().Match(tail);
        if (!match.Success || match.Index + match.Length <= before)
        {
            _text.Append(piece, at, piece.Length - at);
            return piece.Length;
        }

        var end = match.Index + match.Length;
        _text.Append(tail, before, end - before);
        _text.Length = from + match.Index;
        (_isOpen, _padding) = (true, 0);
        return at + end - before;
    }

    private int Take(string piece, int at)
    {
        var chars = new byte[Math.Min(piece.Length - at, Base64Spool.CharsSize)];
        var count = 0;
        while (count < chars.Length && (char.IsAsciiLetterOrDigit(piece[at + count]) || piece[at + count] is '+' or '/' or '-' or '_') && _padding == 0)
        {
            chars[count] = (byte)piece[at + count];
            count++;
        }

        _spool.Append(chars.AsSpan(0, count));
        if (_spool.WantsWriting)
        {
            _spool.Write();
        }

        if (count == chars.Length)
        {
            return at + count;
        }

        if (piece[at + count] == '=' && _padding < 2)
        {
            _padding++;
            return at + count + 1;
        }

        Close();
        return at + count;
    }

    private void Close()
    {
        _isOpen = false;
        if (_spool.Chars == 0 || !_spool.TryEnd(_padding))
        {
            _spool.Abandon();
            return;
        }

        _spool.Keep(_spool.Chars, mediaType: null, param: null);
        if (_spool.Write() is { } value)
        {
            var word = $"spooled-{Guid.NewGuid():N}-0";
            _files[word] = value.Take();
            _text.Append(word);
        }
    }

    [GeneratedRegex(@"data:image/[\w.+-]{1,40}(?:;[\w.+=-]{1,40})*;base64,", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Head();

    [GeneratedRegex(@"spooled-[0-9a-f]{32}-\d{1,4}", RegexOptions.NonBacktracking)]
    private static partial Regex Spooled();
}
