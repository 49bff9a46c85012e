using System.Globalization;

namespace Pictor.FakeUpstreams.OpenAI;

/// <summary>What the real Images API is strict about; a relay is not.</summary>
internal static class OpenAIRules
{
    private static readonly string[] Gpt =
        ["model", "prompt", "n", "size", "quality", "output_format", "output_compression", "background", "moderation", "stream", "partial_images", "user"];

    private static readonly string[] Dall = ["model", "prompt", "n", "size", "response_format", "user"];
    private static readonly string[] Pictures = ["image/png", "image/jpeg", "image/webp"];

    /// <summary>Null when the call is as the documents want it.</summary>
    public static FakeAnswer? Check(ImagesOrder order, bool isEdit)
    {
        var model = order.Model;
        if (!order.IsGptImage && model is not ("dall-e-2" or "dall-e-3"))
        {
            return OpenAIErrors.Refuse(404, $"The model '{model}' does not exist.", "model_not_found", "model");
        }

        string[] known = order.IsGptImage ? Gpt : Dall;
        known = [.. known, .. isEdit ? ["input_fidelity", "image", "image[]", "mask"] : Array.Empty<string>(), .. model == "dall-e-3" ? ["quality", "style"] : Array.Empty<string>()];
        foreach (var name in order.Names)
        {
            if (!known.Contains(name))
            {
                return OpenAIErrors.Refuse(400, $"Unknown parameter: '{name}'.", "unknown_parameter", name);
            }
        }

        if (string.IsNullOrEmpty(order.Text("prompt")))
        {
            return OpenAIErrors.Refuse(400, "Missing required parameter: 'prompt'.", "missing_required_parameter", "prompt");
        }

        return Values(order) ?? (isEdit ? Edit(order) : null);
    }

    /// <summary>Null when the call to draw a picture anew is as the documents want it: dall-e-2, one square PNG, no prompt.</summary>
    public static FakeAnswer? Variation(ImagesOrder order)
    {
        if (order.Model != "dall-e-2" || order.Names.Except(["model", "n", "size", "response_format", "user", "image"]).FirstOrDefault() is { })
        {
            return OpenAIErrors.Refuse(400, "Unknown parameter or model.", "unknown_parameter", order.Names.Except(["model", "n", "size", "response_format", "user", "image"]).FirstOrDefault());
        }

        return Values(order) ?? (order.Files is [{ Name: "image" } file] && IsSquarePng(file)
            ? null
            : OpenAIErrors.Refuse(400, "Uploaded image must be a PNG and less than 4 MB, and it must be square.", "invalid_image_file", "image"));
    }

    private static bool IsSquarePng(IFormFile file)
    {
        var head = new byte[24];
        using var stream = file.OpenReadStream();
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && head.AsSpan(0, 4).SequenceEqual(new byte[] { 0x89, 0x50, 0x4E, 0x47 })
            && head.AsSpan(16, 4).SequenceEqual(head.AsSpan(20, 4))
            && file.Length < 4 * 1024 * 1024;
    }

    private static FakeAnswer? Values(ImagesOrder order)
    {
        if (order.Count is < 1 or > 10 || (order.Model == "dall-e-3" && order.Count != 1))
        {
            return Invalid(order, "n");
        }

        if (order.Text("size") is { } size && size != "auto" && !IsLegal(order.Model, size))
        {
            return Invalid(order, "size");
        }

        var isGpt = order.IsGptImage;
        return One("quality", isGpt ? ["auto", "low", "medium", "high"] : ["standard", "hd"])
            ?? One("background", ["auto", "transparent", "opaque"])
            ?? One("moderation", ["auto", "low"])
            ?? One("output_format", ["png", "jpeg", "webp"])
            ?? One("style", ["vivid", "natural"])
            ?? One("response_format", ["url", "b64_json"])
            ?? One("input_fidelity", ["high", "low"])
            ?? One("stream", ["true", "false"])
            ?? One("partial_images", ["0", "1", "2", "3"])
            ?? Compression();

        FakeAnswer? One(string name, string[] values) => order.Text(name) is { } value && !values.Contains(value) ? Invalid(order, name) : null;

        FakeAnswer? Compression() => order.Text("output_compression") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 100 || order.Text("output_format") is not ("jpeg" or "webp"))
                ? Invalid(order, "output_compression")
                : null;
    }

    private static bool IsLegal(string model, string text) => FakePictures.ReadSize(text) is var (width, height) && !text.Contains('×') && model switch
    {
        "dall-e-2" => text is "256x256" or "512x512" or "1024x1024",
        "dall-e-3" => text is "1024x1024" or "1792x1024" or "1024x1792",
        _ when model.StartsWith("gpt-image-2", StringComparison.Ordinal) => width % 16 == 0 && height % 16 == 0 && Math.Max(width, height) <= 3840
            && Math.Max(width, height) <= 3 * Math.Min(width, height) && (long)width * height is >= 655_360 and <= 8_294_400,
        _ => text is "1024x1024" or "1536x1024" or "1024x1536",
    };

    private static FakeAnswer? Edit(ImagesOrder order)
    {
        var pictures = order.Files.Where(file => file.Name is "image" or "image[]").ToList();
        var most = order.IsGptImage ? 16 : 1;
        if (pictures.Count < 1 || pictures.Count > most || pictures.Any(file => !Pictures.Contains(file.ContentType) || file.Length == 0))
        {
            return OpenAIErrors.Refuse(400, "Invalid image file or mode, please check your image file.", "invalid_image_file", "image");
        }

        return order.Files.Any(file => file.Name == "mask" && file.ContentType != "image/png")
            ? OpenAIErrors.Refuse(400, "The mask must be a PNG.", "invalid_image_file", "mask")
            : null;
    }

    private static FakeAnswer Invalid(ImagesOrder order, string name) =>
        OpenAIErrors.Refuse(400, $"Invalid value: '{order.Text(name)}' for '{name}'.", "invalid_value", name);
}
