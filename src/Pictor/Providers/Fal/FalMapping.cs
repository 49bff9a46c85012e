using System.Text.Json;
using Pictor.Errors;
using Pictor.Images;

namespace Pictor.Providers.Fal;

/// <summary>Between the gateway's words and fal's. Pure, but for small pictures in an answer that become files.</summary>
internal static class FalMapping
{
    private const string Moderation = "content_policy_violation";

    private static readonly AspectRatio[] Ratios =
        [new(21, 9), new(16, 9), new(4, 3), new(3, 2), new(1, 1), new(2, 3), new(3, 4), new(9, 16), new(9, 21)];

    /// <param name="call">The call.</param>
    /// <param name="family">The endpoint's family.</param>
    /// <param name="pictures">The reference images as the body is to hold them.</param>
    public static FalRequest Request(ProviderCall call, FalFamily family, IReadOnlyList<string> pictures)
    {
        var request = call.Request;
        var size = family.Form == FalShapeForm.Pixels && request.Size is { } wanted ? Size(wanted, family) : (PixelSize?)null;
        var alone = family.TakesOneByItself && pictures.Count == 1;
        return new FalRequest
        {
            Prompt = request.Prompt,
            ImageUrl = alone ? pictures[0] : null,
            ImageUrls = alone || pictures.Count == 0 ? null : pictures,
            AspectRatio = NamesRatio(call, family) ? Ratio(request, family)?.ToString() : null,
            ImageSize = size is { } used ? new FalSize(used.Width, used.Height) : null,
            NumImages = call.Count > 1 ? call.Count : null,
            // What fal does not write is made here out of what loses nothing.
            OutputFormat = (request.OutputFormat == OutputFormat.Jpeg ? OutputFormat.Jpeg : OutputFormat.Png).Name(),
            SafetyTolerance = request.Gave("safety_tolerance") ? Tolerance(request, family).ToString() : null,
            Seed = call.Seed,
            EnhancePrompt = family.Enhances && request.Gave("prompt_upsampling") ? request.PromptUpsampling : null,
        };
    }

    public static IReadOnlyList<Warning> Adaptations(ProviderCall call, FalFamily family)
    {
        var request = call.Request;
        var shape = family.Form == FalShapeForm.Pixels
            ? request.Size is { } wanted ? RequestFit.SizeChange(request, Size(wanted, family)) : []
            : RequestFit.RatioChange(request, Ratio(request, family), request.Size is { } size ? SizeFit.ForRatio(family.Sizes, size.Ratio) : null);
        return
        [
            .. shape,
            .. RequestFit.SafetyChange(request, Tolerance(request, family)),
            .. RequestFit.Ignored(request, FalModels.Parameters(family)),
            .. ReferenceFit.Change(call, family.MaxReferences),
        ];
    }

    /// <summary>What the answer to a submit means.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="call">The call.</param>
    /// <param name="root">The channel's base address: the only one whose addresses are believed.</param>
    /// <param name="now">The time.</param>
    public static ProviderOutcome Submitted(UpstreamAnswer answer, ProviderCall call, Uri root, DateTimeOffset now)
    {
        if (!answer.IsSuccess)
        {
            return new ProviderOutcome.Failed(Refusal(answer, call, now, whenSent: true)) { UpstreamId = answer.RequestId };
        }

        if (answer.Read(FalJson.Default.FalQueued) is not { } queued || queued.RequestId.Text() is not { } id || ChannelAddress.Segment(id) is null)
        {
            return SubmitErrors.Unreadable("without the id of the request it was asked for");
        }

        return new PollHandle
        {
            Id = id,
            At = now.ToUnixTimeMilliseconds(),
            Url = Own(queued.StatusUrl, root),
            Result = Own(queued.ResponseUrl, root),
        }.Pending(now);
    }

    /// <summary>What a look at the status says: true when there is a result to fetch; null when it says nothing.</summary>
    public static (bool? IsComplete, bool HasFailed, bool IsUnknown) Status(UpstreamAnswer? answer)
    {
        if (answer?.Read(FalJson.Default.FalQueued) is not { } queued)
        {
            return default;
        }

        if (answer.Status == 404)
        {
            return (null, false, UpstreamErrorBody.Read(answer.Body).HasDetail);
        }

        return !answer.IsSuccess || queued.Status.Text() is not { } status
            ? default
            : (string.Equals(status, "COMPLETED", StringComparison.OrdinalIgnoreCase), Says(queued.Error) || Says(queued.ErrorType), false);
    }

    /// <summary>What the answer to a fetch of the result means; null when it says nothing about the request.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="hasFailed">True when the status told of a failure.</param>
    /// <param name="call">The call.</param>
    /// <param name="now">The time.</param>
    public static ProviderOutcome? Result(UpstreamAnswer answer, bool hasFailed, ProviderCall call, DateTimeOffset now)
    {
        if (answer.IsSuccess)
        {
            return answer.Read(FalJson.Default.FalResult) is { } result ? Done(answer, result, call) : null;
        }

        // The result's own failure has the model's words or fal's marks on it; anything else is the weather of the web, and the picture is paid for.
        var body = UpstreamErrorBody.Read(answer.Body);
        var isResults = body.IsVendors && (hasFailed || body.DetailType is not null || answer.Header("X-Fal-Error-Type") is not null || (body.HasDetail && answer.Status is 400 or 422));
        return !isResults || (answer.Status is 401 or 403 or 404 or 408 or 429 && !hasFailed)
            ? null
            : new ProviderOutcome.Failed(Refusal(answer, call, now, whenSent: false));
    }

    private static ProviderOutcome Done(UpstreamAnswer answer, FalResult result, ProviderCall call)
    {
        var pictures = result.Images.ValueKind == JsonValueKind.Array ? result.Images.EnumerateArray().ToList() : [result.Images, result.Image];
        var flags = result.HasNsfwConcepts.ValueKind == JsonValueKind.Array ? result.HasNsfwConcepts : result.NsfwContentDetected;
        var blocked = flags.ValueKind == JsonValueKind.Array ? flags.EnumerateArray().Select(flag => flag.ValueKind == JsonValueKind.True).ToList() : [];
        var given = pictures
            .Select((image, index) => (Picture: answer.Picture(image.Text() ?? image.Member("url").Text()), IsBlocked: index < blocked.Count && blocked[index]))
            .Where(image => image.Picture is not null)
            .ToList();
        if (given.Count == 0)
        {
            return SubmitErrors.Unreadable("that the request is complete, and gave no picture");
        }

        var images = given.Where(image => !image.IsBlocked).Select(image => image.Picture!).Take(call.Count).ToList();
        var withheld = given.Count(image => image.IsBlocked);
        return images.Count == 0
            ? new ProviderOutcome.Failed(new GatewayError(ErrorKind.Moderated, "The upstream made a picture and withheld it for its content."))
            : new ProviderOutcome.Done(images)
            {
                Seed = result.Seed.ValueKind == JsonValueKind.Number && result.Seed.TryGetInt64(out var seed) ? seed : null,
                Warnings = images.Count < call.Count && withheld > 0
                    ? [Warning.Adapted("n", call.Count.ToString(), images.Count.ToString(), $"The upstream withheld {withheld} of {given.Count} pictures for their content.")]
                    : [],
            };
    }

    private static GatewayError Refusal(UpstreamAnswer answer, ProviderCall call, DateTimeOffset now, bool whenSent)
    {
        var body = UpstreamErrorBody.Read(answer.Body);
        if (body.Code == Moderation || answer.Header("X-Fal-Error-Type") == Moderation)
        {
            return new GatewayError(ErrorKind.Moderated, "The upstream refused the request for its content.", body.Field is "prompt" ? "prompt" : null);
        }

        if (whenSent)
        {
            // fal says that runs that end in 5xx are not charged, and marks what may be sent again.
            return answer.Status == 503 && body.HasDetail && IsRetryable(answer)
                ? new GatewayError(ErrorKind.UpstreamUnreachable, "The upstream is not available and did not take the request.", RetryAfter: answer.RetryAfter(now))
                : SubmitErrors.Of(answer, body, call, Param(body.Field), now);
        }

        var said = SubmitErrors.Said(body.Message, call.Channel);
        return answer.Status is 400 or 422 && body.Code is not "downstream_service_error"
            ? SubmitErrors.Of(answer, body, call, Param(body.Field), now)
            : new GatewayError(ErrorKind.UpstreamFailed, said.Length > 0 ? $"The upstream accepted the request and then failed: {said.TrimEnd('.')}." : "The upstream accepted the request and then failed.");
    }

    private static bool IsRetryable(UpstreamAnswer answer) => answer.Header("X-Fal-Retryable") is "true" || answer.Header("X-Fal-Needs-Retry") is "1";

    // With one picture or none fal's own default is ours: the picture's ratio, else 1:1.
    private static bool NamesRatio(ProviderCall call, FalFamily family) => family.Form switch
    {
        FalShapeForm.ListedRatio => RequestFit.GaveShape(call.Request) || call.References.Count > 1,
        FalShapeForm.FreeRatio => true,
        _ => false,
    };

    private static AspectRatio? Ratio(ImageRequest request, FalFamily family) => RequestFit.Ratio(request) is { } wanted
        ? family.Form == FalShapeForm.ListedRatio ? RequestFit.Nearest(Ratios, wanted) : RequestFit.Clamp(wanted, Ratios[^1], Ratios[0])
        : null;

    private static PixelSize Size(PixelSize wanted, FalFamily family) => RequestFit.Size(family.Sizes, wanted);

    // There is no 0.
    private static int Tolerance(ImageRequest request, FalFamily family) => Math.Clamp(request.SafetyTolerance, 1, family.LargestTolerance);

    private static string? Param(string? field) => field switch
    {
        "image_size" or "width" or "height" => "size",
        "image_url" or "image_urls" => "input_image",
        "num_images" => "n",
        "enhance_prompt" => "prompt_upsampling",
        "prompt" or "aspect_ratio" or "seed" or "safety_tolerance" or "output_format" => field,
        _ => null,
    };

    private static string? Own(JsonElement address, Uri root) => ChannelAddress.Read(address.Text()) is { } uri && ChannelAddress.IsOwn(root, uri) ? uri.AbsoluteUri : null;

    private static bool Says(JsonElement element) => element.ValueKind is JsonValueKind.String or JsonValueKind.Object;
}
