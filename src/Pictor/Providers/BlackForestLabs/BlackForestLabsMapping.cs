using System.Text.Json;
using Pictor.Errors;
using Pictor.Images;

namespace Pictor.Providers.BlackForestLabs;

/// <summary>Between the gateway's words and the vendor's. Pure, but for small pictures in an answer that become files.</summary>
internal static class BlackForestLabsMapping
{
    private const string Domain = "bfl.ai";
    private const int LongestId = 500;
    private const decimal MicrosPerCredit = 10_000m;

    /// <param name="call">The call.</param>
    /// <param name="shape">What the endpoint takes.</param>
    /// <param name="pictures">The reference images as the body is to hold them, no more than the endpoint takes.</param>
    public static FluxInput Request(ProviderCall call, BlackForestLabsShape shape, IReadOnlyList<string> pictures)
    {
        var request = call.Request;
        var size = shape.TakesRatio ? null : Size(request, shape);
        return new FluxInput
        {
            Prompt = request.Prompt,
            AspectRatio = shape.TakesRatio && NamesRatio(call, shape) ? Ratio(request, shape)?.ToString() : null,
            Width = size?.Width,
            Height = size?.Height,
            Seed = call.Seed,
            SafetyTolerance = request.Gave("safety_tolerance") ? Tolerance(request, shape) : null,
            PromptUpsampling = Upsampling(request, shape),
            OutputFormat = request.OutputFormat.Name(),
        }.WithPictures(pictures, shape.ReferenceIsPrompt);
    }

    public static IReadOnlyList<Warning> Adaptations(ProviderCall call, BlackForestLabsShape shape)
    {
        var request = call.Request;
        var shapeChange = shape.TakesRatio
            ? RequestFit.RatioChange(request, Ratio(request, shape), request.Size is { } size ? SizeFit.ForRatio(shape.Sizes, size.Ratio) : null)
            : Size(request, shape) is { } used ? RequestFit.SizeChange(request, used) : [];
        return
        [
            .. shapeChange,
            .. RequestFit.SafetyChange(request, Tolerance(request, shape)),
            .. RequestFit.Ignored(request, BlackForestLabsModels.Parameters(shape)),
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

        if (answer.Read(BlackForestLabsJson.Default.BlackForestLabsAccepted) is not { } accepted || accepted.Id.TextOrNumber() is not { Length: > 0 and <= LongestId } id)
        {
            return SubmitErrors.Unreadable("without the id of the task it was asked for");
        }

        return new PollHandle { Id = id, At = now.ToUnixTimeMilliseconds(), Url = accepted.PollingUrl.TextOrNumber(), Cost = Cost(accepted.Cost) }.Pending(now);
    }

    /// <summary>What an answer to a poll means; null when it says nothing about the task.</summary>
    public static ProviderOutcome? Polled(UpstreamAnswer answer, PollHandle handle, ProviderCall call, DateTimeOffset now)
    {
        if (answer.Status is not (200 or 202 or 404) || answer.Read(BlackForestLabsJson.Default.BlackForestLabsStatus) is not { } polled)
        {
            return null;
        }

        var status = polled.Status.TextOrNumber() ?? polled.State.TextOrNumber();
        if (Is(status, "task not found") || (answer.Status == 404 && UpstreamErrorBody.Read(answer.Body).Says("task not found")))
        {
            return handle.NotFound(now);
        }

        // Any other 404 is a path that is missing at the moment, not the task.
        if (answer.Status == 404)
        {
            return null;
        }

        handle = handle with { Missing = null };
        if (Is(status, "ready"))
        {
            return Ready(answer, polled, handle, call);
        }

        if (Is(status, "request moderated"))
        {
            return Failed(ErrorKind.Moderated, "The upstream refused the prompt or a reference image for its content" + Reasons(polled.Details, call) + ".", "prompt");
        }

        if (Is(status, "content moderated"))
        {
            return Failed(ErrorKind.Moderated, "The upstream made a picture and withheld it for its content" + Reasons(polled.Details, call) + ".");
        }

        if (Is(status, "error") || Is(status, "failed"))
        {
            return Failed(ErrorKind.UpstreamFailed, "The upstream accepted the request and then failed" + Reasons(polled.Details, call) + ".");
        }

        if (status is null)
        {
            return null;
        }

        if (Percent(polled.Progress) is { } percent)
        {
            call.Progress(percent);
        }

        return handle.Pending(now);
    }

    /// <summary>The channel's own origin may; and, where that is the vendor itself, the vendor's other hosts over TLS. Nobody else.</summary>
    public static bool MaySeeCredential(Uri root, Uri address) =>
        ChannelAddress.IsOwn(root, address) || (IsVendors(root) && IsVendors(address) && address.IsDefaultPort);

    private static bool IsVendors(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps
        && address.UserInfo.Length == 0
        && (address.IdnHost.Equals(Domain, StringComparison.OrdinalIgnoreCase) || address.IdnHost.EndsWith("." + Domain, StringComparison.OrdinalIgnoreCase));

    private static ProviderOutcome Ready(UpstreamAnswer answer, BlackForestLabsStatus polled, PollHandle handle, ProviderCall call)
    {
        var cost = handle.Cost ?? Cost(polled.Cost);
        if (answer.Picture(polled.Result.Member("sample").TextOrNumber()) is not { } sample)
        {
            return SubmitErrors.Unreadable("that the picture is ready, and gave none") with { UpstreamCost = cost };
        }

        var seed = polled.Result.Member("seed");
        return new ProviderOutcome.Done([sample])
        {
            Seed = seed.ValueKind == JsonValueKind.Number && seed.TryGetInt64(out var number) ? number : null,
            UpstreamCost = cost,
        };
    }

    private static GatewayError Refusal(UpstreamAnswer answer, ProviderCall call, DateTimeOffset now)
    {
        var body = UpstreamErrorBody.Read(answer.Body);
        if (answer.Status is 400 or 403 or 422 && body.Says("moderated", "moderation", "content policy", "content_policy"))
        {
            return new GatewayError(ErrorKind.Moderated, "The upstream refused the prompt or a reference image for its content.", "prompt");
        }

        // The vendor documents 503 as busy, in two shapes; whatever else stands between it and us proves nothing.
        return answer.Status == 503 && (body.HasDetail || body.IsErrorCode) && body.Says("unavailable", "busy", "overloaded", "capacity")
            ? new GatewayError(ErrorKind.UpstreamUnreachable, "The upstream is busy and did not take the request.", RetryAfter: answer.RetryAfter(now))
            : SubmitErrors.Of(answer, body, call, FluxInput.Param(body.Field), now);
    }

    private static ProviderOutcome Failed(ErrorKind kind, string message, string? param = null) => new ProviderOutcome.Failed(new GatewayError(kind, message, param));

    private static bool NamesRatio(ProviderCall call, BlackForestLabsShape shape) =>
        RequestFit.GaveShape(call.Request)
        || (shape.FollowsReference ? call.References.Count > 1 : call.Request.Size is not null);

    private static AspectRatio? Ratio(ImageRequest request, BlackForestLabsShape shape) =>
        RequestFit.Ratio(request) is { } wanted && shape.Sizes is SizeRule.RatioRange range
            ? RequestFit.Clamp(wanted, range.Narrowest, range.Widest)
            : null;

    private static PixelSize? Size(ImageRequest request, BlackForestLabsShape shape) =>
        request.Size is { } wanted ? FluxInput.SizeOf(shape.Sizes, wanted) : null;

    private static int Tolerance(ImageRequest request, BlackForestLabsShape shape) => Math.Min(request.SafetyTolerance, shape.LargestTolerance);

    // Where the vendor's own default is true, ours has to be said.
    private static bool? Upsampling(ImageRequest request, BlackForestLabsShape shape) => shape.Upsampling switch
    {
        null => null,
        true => request.PromptUpsampling,
        _ => request.Gave("prompt_upsampling") ? request.PromptUpsampling : null,
    };

    private static string Reasons(JsonElement details, ProviderCall call)
    {
        var texts = details.ValueKind switch
        {
            JsonValueKind.String => [details.TextOrNumber()],
            JsonValueKind.Object => details.EnumerateObject().SelectMany(member => Texts(member.Value)),
            _ => Texts(details),
        };
        var said = SubmitErrors.Said(string.Join(", ", texts.Where(text => !string.IsNullOrWhiteSpace(text))), call.Channel);
        return said.Length > 0 ? ": " + said.TrimEnd('.') : "";
    }

    private static IEnumerable<string?> Texts(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().Select(LenientJson.TextOrNumber) : [element.TextOrNumber()];

    private static int? Percent(JsonElement progress) =>
        progress.ValueKind == JsonValueKind.Number && progress.TryGetDouble(out var value) && value is >= 0 and <= 100
            ? (int)Math.Round(value <= 1 ? value * 100 : value)
            : null;

    private static long? Cost(JsonElement credits) =>
        credits.ValueKind == JsonValueKind.Number && credits.TryGetDecimal(out var number) && number is >= 0 and < 1_000_000
            ? (long)decimal.Round(number * MicrosPerCredit)
            : null;

    private static bool Is(string? status, string name) => string.Equals(status?.Replace('_', ' '), name, StringComparison.OrdinalIgnoreCase);
}
