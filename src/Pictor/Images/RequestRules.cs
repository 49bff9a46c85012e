using System.Security.Cryptography;
using Pictor.Errors;

namespace Pictor.Images;

/// <summary>The ranges of every image parameter, with the exact messages that clients compare.</summary>
internal static class RequestRules
{
    public const int LongestPrompt = 32_000;
    public const int LargestN = 10;
    public const int ShortestExpiry = 60;
    public const int LongestExpiry = 604_800;
    public const string RatioMessage = "aspect_ratio must be in format like '1:1', '16:9', '4:3', '3:4', '9:16'";
    public const string SeedMessage = "seed must be between 0 and 4294967295";
    public const string SafetyMessage = "safety_tolerance must be between 0 and 6";
    public const string WebhookMessage = "webhook_url must be a valid HTTP or HTTPS URL";

    /// <summary>The text of the prompt as it came; 1 to 32,000 characters, counted as Unicode scalars.</summary>
    public static string Prompt(RequestFields fields)
    {
        if (!fields.TryGet("prompt", out var value))
        {
            throw Invalid("prompt is required", "prompt");
        }

        return value.TryText(out var text) ? text : throw Invalid("prompt must be a string", "prompt");
    }

    /// <summary>Checks the prompt once reference links are lifted out of it.</summary>
    public static void CheckPrompt(string prompt)
    {
        if (string.IsNullOrWhiteSpace(prompt))
        {
            throw Invalid("prompt must not be empty", "prompt");
        }

        if (prompt.Length > LongestPrompt && prompt.EnumerateRunes().Count() > LongestPrompt)
        {
            throw Invalid($"prompt must be at most {LongestPrompt} characters", "prompt");
        }
    }

    /// <summary>Null when absent, empty or <c>auto</c>, which relay nodes send for it.</summary>
    public static AspectRatio? Ratio(RequestFields fields)
    {
        if (!fields.TryGet("aspect_ratio", out var value) || (value.TryText(out var text) && text is "" or "auto"))
        {
            return null;
        }

        return value.TryText(out text) && AspectRatio.TryParse(text, out var ratio) ? ratio : throw Invalid(RatioMessage, "aspect_ratio");
    }

    /// <summary>Null when absent, empty or <c>auto</c>. A ratio written as a size (<c>16:9</c>) is given back as the ratio.</summary>
    public static (PixelSize? Size, AspectRatio? Ratio) Size(RequestFields fields)
    {
        if (Text(fields, "size") is not { } text || text == "auto")
        {
            return default;
        }

        if (PixelSize.TryParse(text, out var size))
        {
            return (size, null);
        }

        return AspectRatio.TryParse(text, out var ratio) ? (null, ratio) : throw Invalid("size must be 'auto' or WIDTHxHEIGHT like '1024x1024'", "size");
    }

    public static uint? Seed(RequestFields fields) =>
        fields.TryGet("seed", out var value)
            ? value.TryInteger(out var seed) && seed is >= 0 and <= uint.MaxValue ? (uint)seed : throw Invalid(SeedMessage, "seed")
            : null;

    /// <summary>A seed for callers that gave none.</summary>
    public static uint RandomSeed() => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));

    public static int? SafetyTolerance(RequestFields fields) => (int?)Integer(fields, "safety_tolerance", 0, 6, SafetyMessage);

    public static int N(RequestFields fields) => (int)(Integer(fields, "n", 1, LargestN, $"n must be between 1 and {LargestN}") ?? 1);

    public static int PartialImages(RequestFields fields) => (int)(Integer(fields, "partial_images", 0, 3, "partial_images must be between 0 and 3") ?? 0);

    public static int? UrlExpiresIn(RequestFields fields) =>
        (int?)Integer(fields, "url_expires_in", ShortestExpiry, LongestExpiry, $"url_expires_in must be between {ShortestExpiry} and {LongestExpiry} seconds");

    public static int? OutputCompression(RequestFields fields) =>
        (int?)Integer(fields, "output_compression", 0, 100, "output_compression must be between 0 and 100");

    public static OutputFormat? Format(RequestFields fields) =>
        Text(fields, "output_format") is { } text
            ? OutputFormats.TryParse(text, out var format) ? format : throw Invalid("output_format must be one of 'jpeg', 'png', 'webp'", "output_format")
            : null;

    public static ResponseFormat? Response(RequestFields fields) => Text(fields, "response_format") switch
    {
        null => null,
        "url" => ResponseFormat.Url,
        "b64_json" => ResponseFormat.B64Json,
        _ => throw Invalid("response_format must be one of 'url', 'b64_json'", "response_format"),
    };

    /// <summary>The address to tell when the job ends; absent, null, "null" and empty mean none.</summary>
    public static string? WebhookUrl(RequestFields fields)
    {
        if (!fields.TryGet("webhook_url", out var value) || (value.TryText(out var text) && text is "" or "null"))
        {
            return null;
        }

        return value.TryText(out text) && IsWebhookUrl(text) ? text : throw Invalid(WebhookMessage, "webhook_url");
    }

    /// <summary>Checked for its form only; whether it can be reached is seen when something is delivered.</summary>
    public static bool IsWebhookUrl(string text) =>
        text.Length <= 2083
        && (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.Host.Length > 0
        && uri.UserInfo.Length == 0;

    /// <summary>What signs deliveries; null when absent or empty. One that starts with <c>whsec_</c> goes on in base64.</summary>
    public static string? WebhookSecret(RequestFields fields, string name = "webhook_secret")
    {
        const string Prefix = "whsec_";
        if (Text(fields, name) is not { } secret)
        {
            return null;
        }

        return !secret.StartsWith(Prefix, StringComparison.Ordinal) || (secret.Length > Prefix.Length && Convert.TryFromBase64String(secret[Prefix.Length..], new byte[secret.Length], out _))
            ? secret
            : throw Invalid($"{name} must have base64 after '{Prefix}', or not start with it", name);
    }

    public static bool? Boolean(RequestFields fields, string name) =>
        fields.TryGet(name, out var value)
            ? value.TryBoolean(out var yes) ? yes : throw Invalid($"{name} must be true or false", name)
            : null;

    /// <summary>Null when absent or empty.</summary>
    public static string? Text(RequestFields fields, string name)
    {
        if (!fields.TryGet(name, out var value))
        {
            return null;
        }

        if (!value.TryText(out var text))
        {
            throw Invalid($"{name} must be a string", name);
        }

        return text.Length switch
        {
            0 => null,
            > 4096 => throw Invalid($"{name} must be at most 4096 characters", name),
            _ => text,
        };
    }

    /// <summary>Refuses what is not known: a limit that is silently not kept would be worse than none.</summary>
    /// <exception cref="GatewayException">Names the first unknown name.</exception>
    public static void CheckNames(RequestFields fields, IReadOnlyCollection<string> known)
    {
        if (fields.Names.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            var shown = unknown.Length > 60 ? unknown[..60] + "…" : unknown;
            throw Invalid($"{shown} is not known here; there are {string.Join(", ", known)}", shown);
        }
    }

    public static GatewayException Invalid(string message, string param) => new(ErrorKind.InvalidRequest, message, param);

    private static long? Integer(RequestFields fields, string name, long least, long most, string message) =>
        fields.TryGet(name, out var value)
            ? value.TryInteger(out var number) && number >= least && number <= most ? number : throw Invalid(message, name)
            : null;
}
