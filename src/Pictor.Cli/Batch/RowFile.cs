using System.Text;
using System.Text.Json.Nodes;

namespace Pictor.Cli.Batch;

/// <summary>The list itself: opened anew for each pass, one row in memory at a time.</summary>
internal sealed class RowFile(string path, bool isPairs, JsonObject defaults)
{
    public IEnumerable<BatchRow> Read(Action<string> notice)
    {
        var isJson = IsJson();
        using var reader = Open();
        var rows = isPairs ? PairRows.Read(reader, defaults) : isJson ? JsonLinesRows.Read(reader, defaults) : CsvRows.Read(reader, defaults, notice);
        using var row = rows.GetEnumerator();
        while (Next(row))
        {
            yield return row.Current;
        }
    }

    private bool Next(IEnumerator<BatchRow> row)
    {
        try
        {
            return row.MoveNext();
        }
        catch (DecoderFallbackException)
        {
            throw CliException.Usage($"{Path.GetFileName(path)} is not in UTF-8. In a spreadsheet, save it as \"CSV UTF-8\".");
        }
    }

    // By its first character: names of lists are not to be relied on.
    private bool IsJson()
    {
        using var reader = Open();
        try
        {
            while (reader.Peek() is >= 0 and var next && (char.IsWhiteSpace((char)next) || next == '\uFEFF'))
            {
                _ = reader.Read();
            }

            return reader.Peek() == '{';
        }
        catch (DecoderFallbackException)
        {
            throw CliException.Usage($"{Path.GetFileName(path)} is not in UTF-8. In a spreadsheet, save it as \"CSV UTF-8\".");
        }
    }

    private StreamReader Open()
    {
        try
        {
            return new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"The list cannot be read: {fault.Message}");
        }
    }
}
