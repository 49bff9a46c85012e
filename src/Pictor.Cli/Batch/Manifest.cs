using System.Text;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Batch;

/// <summary>
/// The batch's memory: a file with one JSON line for each step of each row, the last one of a row counts. At the end it is
/// written anew in the order of the rows, one line each. Written before and after everything that may cost something.
/// </summary>
internal sealed class Manifest : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly FileStream _file;
    private readonly Dictionary<string, (int Row, long Offset, int Length)> _lines = new(StringComparer.Ordinal);

    private Manifest(string path, FileStream file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>Opens what is there, or begins a new one. Only one batch at a time may write.</summary>
    public static Manifest Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            var manifest = new Manifest(path, file);
            manifest.Index();
            return manifest;
        }
        catch (IOException fault) when (File.Exists(path))
        {
            throw new CliException($"The manifest {path} cannot be used: {fault.Message} Does another batch write it?", ExitCode.Failed, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw WholeFile.Failure(path, fault);
        }
    }

    /// <summary>Begins anew: what was there is history.</summary>
    public void Forget()
    {
        _lines.Clear();
        _file.SetLength(0);
    }

    public int Count => _lines.Count;

    public ManifestEntry? Find(string id)
    {
        lock (_gate)
        {
            return _lines.TryGetValue(id, out var place) ? ManifestEntry.Parse(Encoding.UTF8.GetString(Read(place))) : null;
        }
    }

    /// <summary>Writes one line; when this returns, the line outlives the process.</summary>
    public void Append(ManifestEntry entry)
    {
        var bytes = Encoding.UTF8.GetBytes(JsonText.Line(entry.ToJson()) + "\n");
        lock (_gate)
        {
            var end = _file.Seek(0, SeekOrigin.End);
            try
            {
                _file.Write(bytes);
                _lines[entry.Id] = (entry.Row, end, bytes.Length);
            }
            catch (IOException fault)
            {
                // Half a line would spoil the next one.
                _file.SetLength(end);
                throw WholeFile.Failure(_path, fault);
            }
        }
    }

    /// <summary>One line a row, in the order of the rows.</summary>
    public void PutInOrder()
    {
        lock (_gate)
        {
            var temporary = WholeFile.Temporary(_path);
            try
            {
                using (var ordered = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
                {
                    foreach (var place in _lines.Values.OrderBy(place => place.Row).ThenBy(place => place.Offset))
                    {
                        ordered.Write(Read(place));
                    }

                    ordered.Flush(flushToDisk: true);
                }

                _file.Dispose();
                File.Move(temporary, _path, overwrite: true);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                WholeFile.Remove(temporary);
                throw WholeFile.Failure(_path, fault);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private byte[] Read((int Row, long Offset, int Length) place)
    {
        var bytes = new byte[place.Length];
        _file.Seek(place.Offset, SeekOrigin.Begin);
        _file.ReadExactly(bytes);
        return bytes;
    }

    private void Index()
    {
        var bytes = new MemoryStream();
        var (offset, start) = (0L, 0L);
        var reader = new BufferedStream(_file, 64 * 1024);
        for (int value; (value = reader.ReadByte()) >= 0;)
        {
            offset++;
            bytes.WriteByte((byte)value);
            if (value == '\n')
            {
                // What a killed process left half written ends without a line break, and is cut off below.
                if (ManifestEntry.Parse(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length)) is { Status: not RowStatus.Broken } entry)
                {
                    _lines[entry.Id] = (entry.Row, start, (int)bytes.Length);
                }

                start = offset;
                bytes.SetLength(0);
            }
        }

        if (start != offset)
        {
            _file.SetLength(start);
        }
    }
}
