using System.Text.Json.Nodes;

namespace Pictor.Cli.Batch;

/// <summary>Rows of a file with <c>picture|picture</c> a line, and one prompt for all of them.</summary>
internal static class PairRows
{
    public static IEnumerable<BatchRow> Read(TextReader reader, JsonObject defaults)
    {
        var (number, line) = (0, 0);
        while (reader.ReadLine() is { } text)
        {
            line++;
            text = text.Trim().TrimStart('\uFEFF');
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            number++;
            var pair = text.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            yield return pair.Length < 2
                ? BatchRow.Broken(number, line, "a line is two pictures with | between them")
                : RowFields.Make(number, line, [KeyValuePair.Create("references", (JsonNode?)string.Join('|', pair))], defaults);
        }
    }
}
