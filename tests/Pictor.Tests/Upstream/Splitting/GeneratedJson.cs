using System.Text;

namespace Pictor.Tests.Upstream.Splitting;

/// <summary>Random documents without a picture.</summary>
internal static class GeneratedJson
{
    public static void Generate(Random random, StringBuilder json, int depth)
    {
        switch (random.Next(depth > 4 ? 3 : 6))
        {
            case 0:
                json.Append(random.Next());
                break;
            case 1 or 2:
                GenerateString(random, json);
                break;
            case 3:
                json.Append('[').AppendJoin(" , ", Enumerable.Range(0, random.Next(5)).Select(_ => Child(false))).Append(']');
                break;
            default:
                json.Append('{').AppendJoin(",\n", Enumerable.Range(0, random.Next(6)).Select(_ => Child(true))).Append('}');
                break;
        }

        string Child(bool isNamed)
        {
            var child = new StringBuilder();
            if (isNamed)
            {
                GenerateString(random, child);
                child.Append(" : ");
            }

            Generate(random, child, depth + 1);
            return child.ToString();
        }
    }

    // Of the parts that the scanner looks at, always shorter than the threshold where they make base64.
    private static void GenerateString(Random random, StringBuilder json)
    {
        string[] parts =
        [
            "data:image/png;base64,", "data:", ";base64,", "https://", "AAAA", "a", " ", "\\n", "\\r\\n", "\\/", "\\\"", "\\\\", "\\u002B", "\\u0041",
            "=", "==", "-_", "猫", "\\ud83d\\ude00", ",", ":", "{", "]", "0123456789012345678901234567890123456789",
        ];
        json.Append('"');
        foreach (var part in random.GetItems(parts, random.Next(7)))
        {
            json.Append(part);
        }

        json.Append('"');
    }
}
