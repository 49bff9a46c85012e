using System.Globalization;
using System.Text.Json.Nodes;
using Pictor.Cli.Commands;

namespace Pictor.Cli.Batch;

/// <summary>Names of columns, in English and Chinese, and how their values become parameters.</summary>
internal static class RowFields
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["prompt"] = "prompt", ["提示词"] = "prompt", ["提示詞"] = "prompt", ["描述"] = "prompt",
        ["ratio"] = "aspect_ratio", ["aspect_ratio"] = "aspect_ratio", ["比例"] = "aspect_ratio", ["宽高比"] = "aspect_ratio", ["寬高比"] = "aspect_ratio",
        ["model"] = "model", ["模型"] = "model",
        ["seed"] = "seed", ["种子"] = "seed", ["種子"] = "seed",
        ["references"] = "references", ["reference"] = "references", ["参考图"] = "references", ["參考圖"] = "references", ["参考图片"] = "references",
        ["output"] = "output", ["输出"] = "output", ["輸出"] = "output", ["文件名"] = "output", ["檔名"] = "output",
        ["size"] = "size", ["尺寸"] = "size",
        ["n"] = "n", ["count"] = "n", ["数量"] = "n", ["數量"] = "n",
        ["quality"] = "quality", ["质量"] = "quality", ["品質"] = "quality",
        ["style"] = "style", ["风格"] = "style", ["風格"] = "style",
        ["output_format"] = "output_format", ["format"] = "output_format", ["格式"] = "output_format",
        ["safety_tolerance"] = "safety_tolerance", ["prompt_upsampling"] = "prompt_upsampling", ["background"] = "background",
        ["moderation"] = "moderation", ["input_fidelity"] = "input_fidelity", ["output_compression"] = "output_compression",
        ["watermark"] = "watermark", ["user"] = "user", ["response_format"] = "response_format", ["url_expires_in"] = "url_expires_in",
        ["webhook_url"] = "webhook_url", ["webhook_secret"] = "webhook_secret",
        ["for"] = "for", ["用途"] = "for",
    };

    /// <summary>Our name of a column, or null for one that is not ours.</summary>
    public static string? NameOf(string header) => Names.GetValueOrDefault(header.Trim().TrimStart('\uFEFF'));

    /// <summary>Makes a row of its fields, over the parameters that hold for all rows.</summary>
    public static BatchRow Make(int number, int line, IEnumerable<KeyValuePair<string, JsonNode?>> fields, JsonObject defaults)
    {
        var parameters = (JsonObject)defaults.DeepClone();
        var references = new List<string>();
        string? output = null;
        foreach (var (name, value) in fields)
        {
            if (value is null || (value is JsonValue && value.ToString().Trim().Length == 0))
            {
                continue;
            }

            switch (name)
            {
                case "references":
                    references.AddRange(value is JsonArray array ? array.OfType<JsonNode>().Select(item => item.ToString()) : value.ToString().Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                    break;
                case "output":
                    output = value.ToString().Trim();
                    break;
                case "for":
                    if (!Uses.Names.Contains(value.ToString().Trim(), StringComparer.Ordinal))
                    {
                        return BatchRow.Broken(number, line, $"'{value}' is no use; there are {string.Join(", ", Uses.Names)}");
                    }

                    parameters["aspect_ratio"] = Uses.RatioOf(value.ToString().Trim());
                    break;
                case "seed" or "n" or "safety_tolerance" or "output_compression" or "url_expires_in":
                    if (!long.TryParse(value.ToString().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
                    {
                        return BatchRow.Broken(number, line, $"{name} is a whole number, and not '{value}'");
                    }

                    if ((name == "n" && whole is < 1 or > 10) || (name == "seed" && whole is < 0 or > uint.MaxValue))
                    {
                        return BatchRow.Broken(number, line, name == "n" ? "n must be between 1 and 10" : "seed must be between 0 and 4294967295");
                    }

                    parameters[name] = whole;
                    break;
                case "prompt_upsampling" or "watermark" when value is JsonValue:
                    parameters[name] = ImageOptions.ParameterValue(value.ToString().ToLowerInvariant());
                    break;
                default:
                    parameters[name] = value is JsonValue text && text.TryGetValue<string>(out var words) ? words.Trim() : value.DeepClone();
                    break;
            }
        }

        return parameters["prompt"] is { } prompt && prompt.ToString().Trim().Length > 0
            ? new BatchRow(number, line, parameters, references, output, Fault: null)
            : BatchRow.Broken(number, line, "there is no prompt");
    }
}
