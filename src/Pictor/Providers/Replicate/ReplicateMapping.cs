using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pictor.Errors;
using Pictor.Images;

namespace Pictor.Providers.Replicate;

/// <summary>Between the gateway's words and Replicate's. Pure, but for small pictures in an answer that become files.</summary>
internal static partial class ReplicateMapping
{
    // The vendor asks for links instead of data URIs above this.
    private const int LongestDataUri = 256 * 1024;

    private static readonly AspectRatio[] Ratios =
        [new(21, 9), new(16, 9), new(3, 2), new(4, 3), new(5, 4), new(1, 1), new(4, 5), new(3, 4), new(2, 3), new(9, 16), new(9, 21)];

    /// <summary>The path of a submit behind the base address, and the version in its body, where there is one.</summary>
    public static (string Path, string? Version) Place(string model)
    {
        var name = ReplicateModels.NameOf(model);
        if (name.Contains(':') || VersionId().IsMatch(name))
        {
            return ("v1/predictions", name);
        }

        return name.StartsWith("deployments/", StringComparison.Ordinal)
            ? ($"v1/{ChannelAddress.Segments(name)}/predictions", null)
            : ($"v1/models/{ChannelAddress.Segments(name)}/predictions", null);
    }

    /// <summary>True for a picture that goes up as a file of its own before the prediction is asked for.</summary>
    public static bool IsLarge(ReferencePicture reference) => reference.Bytes * 4 / 3 > LongestDataUri;

    /// <summary>
    /// What the answer to an upload means: the link to pass on, or what ends the call (nothing was run yet), or neither, where the
    /// place takes no such file and the picture goes inline after all.
    /// </summary>
    public static (string? Link, GatewayError? Fault) Uploaded(UpstreamAnswer? answer, ProviderCall call, DateTimeOffset now) => answer switch
    {
        { IsSuccess: true } => ((answer.Read(ReplicateJson.Default.ReplicateFile)?.Urls ?? default).Member("get").Text() is { } link && ChannelAddress.Read(link) is not null ? link : null, null),
        { Status: 401 or 402 or 403 or 429 } => (null, SubmitErrors.Of(answer, UpstreamErrorBody.Read(answer.Body), call, param: null, now)),
        { Status: >= 400 and < 500 and not 408 } => default,
        _ => (null, new GatewayError(ErrorKind.UpstreamUnreachable, "The upstream did not take a reference image; the request itself was not sent.")),
    };

    /// <param name="call">The call.</param>
    /// <param name="shape">What the model takes.</param>
    /// <param name="pictures">The reference images as the body is to hold them, no more than the model takes.</param>
    public static FluxInput Input(ProviderCall call, ReplicateShape shape, IReadOnlyList<string> pictures)
    {
        var request = call.Request;
        var size = Size(request, shape);
        return new FluxInput
        {
            Prompt = request.Prompt,
            AspectRatio = size is not null ? "custom" : NamesRatio(call, shape) ? Ratio(request, shape)?.ToString() : null,
            Width = size?.Width,
            Height = size?.Height,
            Seed = call.Seed,
            PromptUpsampling = shape.Upsamples && request.Gave("prompt_upsampling") ? request.PromptUpsampling : null,
            SafetyTolerance = request.Gave("safety_tolerance") ? Tolerance(call, shape) : null,
            // What the model does not write is made here out of what loses nothing.
            OutputFormat = request.OutputFormat switch
            {
                OutputFormat.Jpeg => "jpg",
                OutputFormat.WebP when shape.WritesWebP => "webp",
                _ => "png",
            },
        }.WithPictures(pictures, shape.ReferenceIsPrompt);
    }

    public static IReadOnlyList<Warning> Adaptations(ProviderCall call, ReplicateShape shape)
    {
        var request = call.Request;
        var change = Size(request, shape) is { } used
            ? RequestFit.SizeChange(request, used)
            : RequestFit.RatioChange(request, Ratio(request, shape), request.Size is { } size ? SizeFit.ForRatio(shape.Sizes, size.Ratio) : null);
        return
        [
            .. change,
            .. RequestFit.SafetyChange(request, Tolerance(call, shape)),
            .. RequestFit.Ignored(request, ReplicateModels.Parameters(shape)),
            .. ReferenceFit.Change(call, shape.MaxReferences),
        ];
    }

    /// <summary>What the answer to a submit means.</summary>
    public static ProviderOutcome Submitted(UpstreamAnswer answer, ProviderCall call, DateTimeOffset now)
    {
        if (!answer.IsSuccess)
        {
            return new ProviderOutcome.Failed(Refusal(answer, call, now)) { UpstreamId = answer.RequestId };
        }

        if (answer.Read(ReplicateJson.Default.ReplicatePrediction) is not { } prediction || prediction.Id.Text() is not { } id || ChannelAddress.Segment(id) is null)
        {
            return SubmitErrors.Unreadable("without the id of the prediction it was asked for");
        }

        var handle = new PollHandle { Id = id, At = now.ToUnixTimeMilliseconds(), Url = prediction.Urls.Member("get").Text() };
        var outcome = Read(answer, prediction, handle, call, now) ?? handle.Pending(now);
        return (outcome is ProviderOutcome.Done done ? done with { Handle = handle.ToString() } : outcome) with { UpstreamId = id };
    }

    /// <summary>What an answer to a poll means; null when it says nothing about the prediction.</summary>
    public static ProviderOutcome? Polled(UpstreamAnswer answer, PollHandle handle, ProviderCall call, DateTimeOffset now)
    {
        if (answer.Status == 404)
        {
            return UpstreamErrorBody.Read(answer.Body).HasDetail ? handle.NotFound(now) : null;
        }

        return answer.IsSuccess && answer.Read(ReplicateJson.Default.ReplicatePrediction) is { } prediction
            ? Read(answer, prediction, handle with { Missing = null }, call, now)
            : null;
    }

    /// <summary>True when a cancelled prediction has ended without a result, false when it has ended otherwise, null while it has not.</summary>
    public static bool? IsCancelled(UpstreamAnswer? answer) =>
        (answer is { IsSuccess: true } ? answer.Read(ReplicateJson.Default.ReplicatePrediction)?.Status.Text()?.ToLowerInvariant() : null) switch
        {
            "canceled" or "aborted" => true,
            "succeeded" or "failed" => false,
            _ => null,
        };

    private static ProviderOutcome? Read(UpstreamAnswer answer, ReplicatePrediction prediction, PollHandle handle, ProviderCall call, DateTimeOffset now)
    {
        switch (prediction.Status.Text()?.ToLowerInvariant())
        {
            case "succeeded":
                return Done(answer, prediction, call);
            case "failed":
                return new ProviderOutcome.Failed(Failure(prediction.Error.Text(), call));
            case "canceled" or "aborted":
                return new ProviderOutcome.Failed(new GatewayError(ErrorKind.UpstreamFailed, "The upstream accepted the request and ended it without a picture."));
            case null:
                return null;
            default:
                if (Percent(prediction.Logs.Text()) is { } percent)
                {
                    call.Progress(percent);
                }

                return handle.Pending(now);
        }
    }

    private static ProviderOutcome Done(UpstreamAnswer answer, ReplicatePrediction prediction, ProviderCall call)
    {
        var output = prediction.Output;
        var images = (output.ValueKind == JsonValueKind.Array ? output.EnumerateArray().ToList() : [output])
            .Select(item => answer.Picture(item.Text() ?? item.Member("url").Text()))
            .OfType<ProviderImage>()
            .Take(call.Count)
            .ToList();
        return images.Count > 0
            ? new ProviderOutcome.Done(images) { Seed = call.Seed }
            : SubmitErrors.Unreadable(prediction.DataRemoved.ValueKind == JsonValueKind.True ? "that the picture was made and is already removed" : "that the picture is made, and gave none");
    }

    private static GatewayError Failure(string? error, ProviderCall call)
    {
        if (error is not null && ContentWords().IsMatch(error))
        {
            return new GatewayError(ErrorKind.Moderated, "The upstream refused the request, or withheld the picture it made, for its content.");
        }

        var said = SubmitErrors.Said(error, call.Channel).TrimEnd('.');
        return new GatewayError(ErrorKind.UpstreamFailed, said.Length > 0 ? $"The upstream accepted the request and then failed: {said}." : "The upstream accepted the request and then failed.");
    }

    private static GatewayError Refusal(UpstreamAnswer answer, ProviderCall call, DateTimeOffset now)
    {
        var body = UpstreamErrorBody.Read(answer.Body);
        if (answer.Status is 400 or 422 && ContentWords().IsMatch(body.Message) && body.Field is not "safety_tolerance" && !body.Says("safety_tolerance"))
        {
            return new GatewayError(ErrorKind.Moderated, "The upstream refused the request for its content.", body.Field is "prompt" ? "prompt" : null);
        }

        // The API's own problem document says that it made no prediction; whatever else stands between it and us proves nothing.
        if (answer.Status == 503 && body.IsProblem(503))
        {
            return new GatewayError(ErrorKind.UpstreamUnreachable, "The upstream is not available and did not take the request.", RetryAfter: answer.RetryAfter(now));
        }

        var error = SubmitErrors.Of(answer, body, call, FluxInput.Param(body.Field), now);
        return error.Kind == ErrorKind.UpstreamRateLimited && error.RetryAfter is null && Resets().Match(body.Message) is { Success: true } match
            ? error with { RetryAfter = TimeSpan.FromSeconds(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)) }
            : error;
    }

    // With a picture and nothing said, the model's own default is ours: match_input_image; without one it is 1:1 for both.
    private static bool NamesRatio(ProviderCall call, ReplicateShape shape) =>
        RequestFit.GaveShape(call.Request) || !shape.FollowsReference || call.References.Count != 1;

    private static AspectRatio? Ratio(ImageRequest request, ReplicateShape shape) =>
        !shape.TakesPixels && RequestFit.Ratio(request) is { } wanted ? RequestFit.Nearest(Ratios, wanted) : null;

    private static PixelSize? Size(ImageRequest request, ReplicateShape shape) =>
        shape.TakesPixels && request.Size is { } wanted ? FluxInput.SizeOf(shape.Sizes, wanted) : null;

    private static int Tolerance(ProviderCall call, ReplicateShape shape) => Math.Clamp(
        call.Request.SafetyTolerance,
        shape.SmallestTolerance,
        call.ReferenceCount > 0 ? shape.LargestToleranceWithPicture : shape.LargestTolerance);

    private static int? Percent(string? logs) =>
        logs is not null && Percentage().Matches(logs) is [.., var last] && int.Parse(last.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is <= 100 and var percent
            ? percent
            : null;

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex VersionId();

    [GeneratedRegex("nsfw|sensitive|flagged|safety|E005", RegexOptions.IgnoreCase)]
    private static partial Regex ContentWords();

    [GeneratedRegex(@"resets in ~?(\d{1,4})s", RegexOptions.IgnoreCase)]
    private static partial Regex Resets();

    [GeneratedRegex(@"(\d{1,3})%\|")]
    private static partial Regex Percentage();
}
