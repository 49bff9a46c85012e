using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;

namespace Pictor.Providers.Sandbox;

/// <summary>From a request to what is drawn, waited for, refused, warned about and counted. Pure.</summary>
internal static class SandboxMapping
{
    private static readonly PixelSize Fallback = new(1024, 1024);

    public static PixelSize SizeOf(ImageRequest request) => request.Size ?? Fallback;

    /// <summary>How long the call takes before anything is drawn.</summary>
    public static TimeSpan DelayOf(ProviderCall call, Directives directives) =>
        directives.Delay
        ?? (IsSlow(call) ? SandboxModels.SlowDelay : directives.Progress ? SandboxModels.ProgressDelay : TimeSpan.Zero);

    public static bool ReportsProgress(ProviderCall call, Directives directives) => directives.Progress || IsSlow(call);

    /// <summary>Why the call fails, or null.</summary>
    public static GatewayError? FailureOf(ImageRequest request, Directives directives, int attempt)
    {
        if (directives.Risk > Tolerance(request))
        {
            return new GatewayError(ErrorKind.Moderated, $"The sandbox refused the prompt: its risk of {directives.Risk} is above the tolerance of {Tolerance(request)}.", "prompt");
        }

        if (directives.Failure is not { } kind || attempt > directives.FailsThrough)
        {
            return null;
        }

        return kind switch
        {
            ErrorKind.Moderated => new GatewayError(kind, "The sandbox refused the prompt, as it was told to.", "prompt"),
            ErrorKind.UpstreamRateLimited => new GatewayError(kind, "The sandbox is at its rate limit, as it was told to be.", RetryAfter: TimeSpan.FromSeconds(2)),
            _ => new GatewayError(kind, "The sandbox failed, as it was told to."),
        };
    }

    public static Finish FinishOf(ImageRequest request) => new(
        request.Quality switch
        {
            "low" => 1,
            "high" or "hd" => 3,
            _ => 2,
        },
        request.Style switch
        {
            "vivid" => 1.25,
            "natural" => 0.72,
            _ => 1,
        },
        Transparent: request.Background == "transparent" && request.OutputFormat != OutputFormat.Jpeg);

    /// <summary>How the file is written.</summary>
    /// <param name="request">Format and quality.</param>
    /// <param name="drawn">No photograph is in it.</param>
    public static PictureEncoding EncodingOf(ImageRequest request, bool drawn) => new(
        request.OutputFormat switch
        {
            OutputFormat.Jpeg => PictureFormat.Jpeg,
            OutputFormat.WebP => PictureFormat.WebP,
            _ => PictureFormat.Png,
        },
        Math.Clamp(request.OutputCompression ?? 90, 1, 100),
        Drawn: drawn);

    /// <summary>
    /// Text: a token for every four characters. A reference: a token for every 1,024 pixels. A picture: 272, 1,056 or 4,160
    /// tokens for low, medium or high quality at 1024x1024, in proportion to its area.
    /// </summary>
    public static ImageUsage UsageOf(ImageRequest request, IReadOnlyList<ReferencePicture> references)
    {
        var each = FinishOf(request).Detail switch
        {
            1 => 272,
            2 => 1056,
            _ => 4160,
        };
        return new ImageUsage(
            Math.Max(1, (request.Prompt.Length + 3) / 4),
            references.Sum(reference => (reference.Size.Area + 1023) / 1024),
            request.N * (long)Math.Round(each * (SizeOf(request).Area / 1048576.0)));
    }

    public static IReadOnlyList<Warning> WarningsOf(ProviderCall call, Directives directives)
    {
        var request = call.Request;
        var warnings = new List<Warning>();
        warnings.AddRange(directives.Unknown.Select(item => Warning.Ignored("prompt", item, "The sandbox has no such directive.")));
        Unknown("quality", request.Quality, "low", "medium", "high", "standard", "hd", "auto");
        Unknown("style", request.Style, "natural", "vivid");
        Unknown("background", request.Background, "transparent", "opaque", "auto");
        Unknown("moderation", request.Moderation, "low", "auto");
        Unknown("input_fidelity", request.InputFidelity, "low", "high");
        if (request is { Background: "transparent", OutputFormat: OutputFormat.Jpeg })
        {
            warnings.Add(Warning.Adapted("background", "transparent", "opaque", "JPEG has no transparency."));
        }

        if (request is { OutputCompression: not null, OutputFormat: OutputFormat.Png } && request.Gave("output_compression"))
        {
            warnings.Add(Warning.Ignored("output_compression", $"{request.OutputCompression}", "PNG is lossless here; output_compression is for jpeg and webp."));
        }

        if (call is { Mask: not null, References.Count: 0 })
        {
            warnings.Add(Warning.Ignored("mask", null, "A mask needs a reference image to lie on."));
        }

        warnings.AddRange(request.Extra.Keys.Order(StringComparer.Ordinal).Select(name => Warning.Ignored(name, request.Extra[name].GetRawText(), "The sandbox does not know this parameter.")));
        return warnings;

        void Unknown(string param, string? value, params ReadOnlySpan<string> known)
        {
            if (value is not null && !known.Contains(value))
            {
                warnings.Add(Warning.Ignored(param, value, "The sandbox does not know this value."));
            }
        }
    }

    /// <summary>How many pixels of an unfinished picture are one: 32, 16, 8, the last state always 8.</summary>
    public static int GrainOf(int index, int count) => 8 << (count - 1 - index);

    /// <summary>What one picture is painted from. The seed of a later picture of one request is one higher.</summary>
    public static PaintOrder OrderOf(ImageRequest request, Directives directives, int index, bool caption) => new()
    {
        Size = SizeOf(request),
        Description = DescriptionReader.Read(directives.Prompt),
        SeedText = $"{request.Model}\n{directives.Prompt}",
        Seed = SeedOf(request, index),
        Finish = FinishOf(request),
        Opaque = request.Background == "opaque",
        Faithful = request.InputFidelity == "high",
        Caption = caption,
        Watermark = request.Watermark == true,
    };

    public static uint SeedOf(ImageRequest request, int index) => unchecked(request.Seed + (uint)index);

    /// <summary>The prompt with what the sandbox made of it, as a model that rewrites prompts would answer.</summary>
    public static string RevisedPrompt(Directives directives, Description description, int references) =>
        $"{PromptText.Shorten(directives.Prompt.Trim(), 2000).TrimEnd('.', '。')}. {Account.Of(description, references)}";

    private static int Tolerance(ImageRequest request) => request.Moderation switch
    {
        "low" => 4,
        "auto" => 2,
        _ => request.SafetyTolerance,
    };

    private static bool IsSlow(ProviderCall call) =>
        call.UpstreamModel == SandboxModels.Slow || call.Request.Model == SandboxModels.Slow;
}
