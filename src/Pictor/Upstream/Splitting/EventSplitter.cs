using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Pictor.Errors;

namespace Pictor.Upstream.Splitting;

/// <summary>
/// The splitter for event streams: each data line is JSON of its own, its big base64 goes to files while it arrives. Lines are
/// taken one by one, whether blank ones stand between them or not, and a line that begins with a brace counts as data.
/// </summary>
internal sealed class EventSplitter(BodySplitLimits options) : IDisposable
{
    private const int LongestField = 64;
    private const int LongestName = 256;

    private readonly Base64Spool _spool = new(options.Folder);
    private readonly PooledBytes _output = new();
    private readonly List<byte> _field = [];
    private readonly List<SpooledValue> _values = [];
    private JsonBodyScanner? _scanner;
    private Placeholders _placeholders = new();
    private Place _place;
    private string? _name;

    private enum Place
    {
        Field,
        BeforeData,
        Data,
        Name,
        Ignored,
    }

    /// <summary>Reads to the end; each event is the caller's to dispose of.</summary>
    /// <exception cref="GatewayException">A limit is exceeded, base64 is broken, or the disk takes no writes.</exception>
    public async IAsyncEnumerable<SplitEvent> ReadAsync(PipeReader body, [EnumeratorCancellation] CancellationToken ct)
    {
        var length = 0L;
        while (true)
        {
            var read = await body.ReadAsync(ct);
            length += read.Buffer.Length;
            if (length > options.MaxBodyBytes)
            {
                throw new GatewayException(ErrorKind.BodyTooLarge, $"The body is larger than {options.MaxBodyBytes} bytes.");
            }

            foreach (var segment in read.Buffer)
            {
                for (var at = 0; at < segment.Length;)
                {
                    at += Advance(segment.Span[at..], out var ended);
                    if (_spool.WantsWriting && _spool.Write() is { } value)
                    {
                        _values.Add(value);
                    }

                    if (ended)
                    {
                        yield return Take();
                    }
                }
            }

            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        if (_place == Place.Data && _output.Length > 0)
        {
            yield return Take();
        }
    }

    public void Dispose()
    {
        _values.ForEach(value => value.Dispose());
        _spool.Dispose();
        _output.Dispose();
    }

    private int Advance(ReadOnlySpan<byte> bytes, out bool ended)
    {
        ended = false;
        if (_place == Place.BeforeData)
        {
            (_scanner, _place) = (new JsonBodyScanner(options, _output, _spool, _placeholders), Place.Data);
            return bytes[0] == (byte)' ' ? 1 : 0;
        }

        var line = bytes.IndexOf((byte)'\n');
        var rest = line < 0 ? bytes : bytes[..line];
        if (_place == Place.Data)
        {
            // The scanner stops early when a file wants writing, and then the end of the line is not reached either.
            var taken = _scanner!.Advance(rest);
            if (taken < rest.Length || line < 0)
            {
                return taken;
            }

            ended = _output.Length > 0;
            return EndLine(line);
        }

        return _place == Place.Field ? Field(rest, line) : Other(rest, line);
    }

    private int Field(ReadOnlySpan<byte> rest, int line)
    {
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] == (byte)'{' && _field.Count == 0)
            {
                _place = Place.BeforeData;
                return i;
            }

            if (rest[i] == (byte)':' || _field.Count == LongestField)
            {
                var field = Encoding.ASCII.GetString([.. _field]);
                _field.Clear();
                _place = field switch
                {
                    "data" => Place.BeforeData,
                    "event" => Place.Name,
                    _ => Place.Ignored,
                };
                return i + 1;
            }

            _field.Add(rest[i]);
        }

        return line < 0 ? rest.Length : EndLine(line);
    }

    private int Other(ReadOnlySpan<byte> rest, int line)
    {
        if (_place == Place.Name && _field.Count + rest.Length <= LongestName)
        {
            _field.AddRange(rest);
        }

        if (line < 0)
        {
            return rest.Length;
        }

        if (_place == Place.Name)
        {
            _name = Encoding.UTF8.GetString([.. _field]).Trim();
        }

        return EndLine(line);
    }

    private int EndLine(int line)
    {
        _place = Place.Field;
        _field.Clear();
        return line + 1;
    }

    private SplitEvent Take()
    {
        var taken = new SplitEvent(_name, new SplitBody(_output.ToArray(), [.. _values], _placeholders));
        _spool.Abandon();
        _output.Truncate(0);
        _values.Clear();
        (_name, _placeholders) = (null, new Placeholders());
        return taken;
    }
}

/// <summary>One event.</summary>
/// <param name="Name">What its <c>event</c> line says, or null.</param>
/// <param name="Data">Its data, usually JSON.</param>
internal sealed record SplitEvent(string? Name, SplitBody Data);
