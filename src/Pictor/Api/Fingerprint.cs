using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pictor.Images;
using Pictor.Upstream.Splitting;

namespace Pictor.Api;

/// <summary>A hash over what a request asks for, however it was written: order, blanks and boundaries do not count, the bytes of pictures do.</summary>
internal sealed class Fingerprint(SplitBody split) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public string Of(string door, RequestFields fields)
    {
        Add('d', door);
        foreach (var name in fields.Names.Order(StringComparer.Ordinal))
        {
            fields.TryGet(name, out var value);
            Add('n', name);
            Add(value.ToJson());
        }

        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private void Add(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Add('{', "");
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    Add('n', member.Name);
                    Add(member.Value);
                }

                Add('}', "");
                break;
            case JsonValueKind.Array:
                Add('[', "");
                foreach (var item in value.EnumerateArray())
                {
                    Add(item);
                }

                Add(']', "");
                break;
            case JsonValueKind.String:
                Add('s', WithoutPlaceholders(value.GetString()!));
                break;
            default:
                Add('v', value.GetRawText());
                break;
        }
    }

    // A mark and a length before each text: no two different requests write the same bytes.
    private void Add(char kind, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _hash.AppendData(Encoding.ASCII.GetBytes($"{kind}{bytes.Length}:"));
        _hash.AppendData(bytes);
    }

    private string WithoutPlaceholders(string text)
    {
        if (!split.Mentions(text))
        {
            return text;
        }

        // The highest number first: one placeholder may begin like another.
        for (var i = split.Values.Count - 1; i >= 0; i--)
        {
            var word = split.PlaceholderOf(i);
            if (text.Contains(word, StringComparison.Ordinal))
            {
                using var file = File.OpenRead(split.Values[i].Path);
                text = text.Replace(word, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(file)), StringComparison.Ordinal);
            }
        }

        return text;
    }
}
