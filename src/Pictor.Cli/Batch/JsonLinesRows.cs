using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pictor.Cli.Batch;

/// <summary>Rows of a file with one JSON object a line. Keys that are no columns are parameters for the server.</summary>
internal static class JsonLinesRows
{
    public static IEnumerable<BatchRow> Read(TextReader reader, JsonObject defaults)
    {
        var (number, line) = (0, 0);
        while (reader.ReadLine() is { } text)
        {
            line++;
            text = text.Trim().TrimStart('\uFEFF');
            if (text.Length > 0)
            {
                yield return Row(++number, line, text, defaults);
            }
        }
    }

    private static BatchRow Row(int number, int line, string text, JsonObject defaults)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject row
                ? RowFields.Make(number, line, row.Select(member => KeyValuePair.Create(RowFields.NameOf(member.Key) ?? member.Key, member.Value)).ToArray(), defaults)
                : BatchRow.Broken(number, line, "the line is no JSON object");
        }
        catch (ArgumentException)
        {
            return BatchRow.Broken(number, line, "a key stands in the line twice");
        }
        catch (JsonException fault)
        {
            return BatchRow.Broken(number, line, $"the line is no JSON (byte {fault.BytePositionInLine + 1})");
        }
    }
}
