using Pictor.Api.Jobs;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api.Images;

/// <summary>What every door for pictures does: read the body, make the job, answer.</summary>
internal sealed class ImagesCall(JobIntake intake, JobAnswer answer, OwnPictures own, ImagesResponseWire wire, ImageStream stream)
{
    public async Task RunAsync(HttpContext http, ImagesDoor door)
    {
        AcceptedJob accepted;
        Waiting waiting;
        bool isStream;
        using (var body = await RequestBody.ReadAsync(http, door.TakesForms))
        {
            var identity = CallIdentity.Of(http, body);
            waiting = Waiting.Of(http, body.Fields, answer.LongestCall);
            var wantsStream = RequestRules.Boolean(body.Fields, "stream") == true;
            isStream = waiting.IsOrdinary && wantsStream;
            var seen = RequestRules.PartialImages(body.Fields);
            IReadOnlyList<Warning> warned = [.. waiting.AboutStream(wantsStream), .. isStream || seen == 0 ? [] : new[] { NotSeen(seen) }];
            var order = await own.TakeAsync(Read(http, body, door, warned), body, http.RequestAborted);
            accepted = await intake.AcceptAsync(order with { Idempotency = identity, PartialImages = isStream ? seen : 0 }, http.RequestAborted);
        }

        if (isStream)
        {
            await stream.WriteAsync(http, accepted, door);
            return;
        }

        await answer.WriteAsync(http, accepted, waiting, ended => wire.WriteAsync(http, ended, StatusCodes.Status200OK, door.Usage, accepted.LinksOf(ended)));
    }

    private static Warning NotSeen(int seen) =>
        Warning.Ignored("partial_images", seen.ToString(), "Unfinished pictures are shown in a stream only; it was ignored.");

    private static JobOrder Read(HttpContext http, RequestBody body, ImagesDoor door, IReadOnlyList<Warning> warned)
    {
        var fields = body.Fields;
        var hasPrompt = fields.TryGet("prompt", out var prompt) && !(prompt.TryText(out var text) && text.Length == 0);
        Default(fields, "prompt", door.Prompt);
        Default(fields, "response_format", door.Response);
        var order = ImagesRequestWire.Read(http, body, shown: [], warned);
        return door.NeedsPicture && order.Pictures.Count == 0
            ? throw RequestRules.Invalid("image is required", "image")
            : order with { IsVariation = door.Prompt is not null && !hasPrompt };
    }

    private static void Default(RequestFields fields, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        // An empty form field is what a page sends that nobody filled in.
        if (fields.TryGet(name, out var given) && given.TryText(out var text) && text.Length == 0)
        {
            fields.Remove(name);
        }

        fields.Add(name, new FieldValue(value));
    }
}
