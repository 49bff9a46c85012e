using System.Globalization;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;

namespace Pictor.Cli.Batch;

/// <summary>
/// Rows of a CSV file. A row may span lines inside quotes. A row that cannot be read is reported with its line, and reading
/// goes on with the line after it: one forgotten quote does not swallow the rest of the file.
/// </summary>
internal static class CsvRows
{
    private const int LongestRecord = 200;

    public static IEnumerable<BatchRow> Read(TextReader reader, JsonObject defaults, Action<string> notice)
    {
        var lines = new PushBackLines(reader);
        var header = lines.Next();
        while (header is { Text: var blank } && string.IsNullOrWhiteSpace(blank))
        {
            header = lines.Next();
        }

        if (header is null)
        {
            throw CliException.Usage("The list is empty: the first line of a CSV file names the columns, such as prompt,ratio,output.");
        }

        var delimiter = DelimiterOf(header.Text);
        var names = Fields(header.Text, delimiter).Select(RowFields.NameOf).ToArray();
        if (!names.Contains("prompt") && !defaults.ContainsKey("prompt"))
        {
            throw CliException.Usage($"The first line has no column 'prompt' (提示词): {Screen.Clean(header.Text)}");
        }

        var unknown = Fields(header.Text, delimiter).Where((_, i) => names[i] is null).Select(Screen.Clean).Where(name => name.Length > 0).ToArray();
        if (unknown.Length > 0)
        {
            notice($"columns that are not used: {string.Join(", ", unknown)}");
        }

        return Rows(lines, names, delimiter, defaults);
    }

    private static IEnumerable<BatchRow> Rows(PushBackLines lines, string?[] names, string delimiter, JsonObject defaults)
    {
        var number = 0;
        while (lines.Next() is { } first)
        {
            if (string.IsNullOrWhiteSpace(first.Text.Replace(delimiter, "", StringComparison.Ordinal)))
            {
                continue;
            }

            number++;
            var record = WholeRecord(lines, first);
            var fields = record is null ? null : Fields(record, delimiter);
            if (fields is null)
            {
                yield return BatchRow.Broken(number, first.Number, "a quote is not closed");
            }
            else if (fields.Length > names.Length && fields.Skip(names.Length).Any(field => field.Trim().Length > 0))
            {
                yield return BatchRow.Broken(number, first.Number, $"{fields.Length} fields, and the first line names {names.Length}; a comma inside a field needs quotes around it");
            }
            else
            {
                yield return RowFields.Make(number, first.Number,
                    names.Take(fields.Length).Select((name, i) => KeyValuePair.Create(name ?? "", (JsonNode?)fields[i])).Where(field => field.Key.Length > 0), defaults);
            }
        }
    }

    // Lines are joined while a quote is open. When none closes it, the lines after the first are given back.
    private static string? WholeRecord(PushBackLines lines, NumberedLine first)
    {
        var record = first.Text;
        var taken = new List<NumberedLine>();
        while (IsOpen(record))
        {
            if (taken.Count >= LongestRecord || lines.Next() is not { } next)
            {
                lines.GiveBack(taken);
                return null;
            }

            taken.Add(next);
            record += "\n" + next.Text;
        }

        return record;
    }

    private static bool IsOpen(string record) => record.AsSpan().Count('"') % 2 != 0;

    private static string[] Fields(string record, string delimiter)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = delimiter, BadDataFound = null, HasHeaderRecord = false, TrimOptions = TrimOptions.Trim, NewLine = "\r\n" };
        using var parser = new CsvParser(new StringReader(record), configuration);
        return parser.Read() ? parser.Record! : [];
    }

    // Spreadsheets of some countries write semicolons, and copied cells are separated by tabs.
    private static string DelimiterOf(string header) =>
        header.Contains(',', StringComparison.Ordinal) ? "," : header.Contains(';', StringComparison.Ordinal) ? ";" : header.Contains('\t', StringComparison.Ordinal) ? "\t" : ",";
}

/// <summary>A line and where it stands.</summary>
internal sealed record NumberedLine(int Number, string Text);

/// <summary>Lines that can be given back and are then read again.</summary>
internal sealed class PushBackLines(TextReader reader)
{
    private readonly Stack<NumberedLine> _given = new();
    private int _number;

    public NumberedLine? Next() =>
        _given.TryPop(out var line) ? line
        : reader.ReadLine() is { } text ? new NumberedLine(++_number, text) : null;

    public void GiveBack(List<NumberedLine> lines)
    {
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            _given.Push(lines[i]);
        }
    }
}
