using System.Text.Json.Nodes;

namespace Pictor.FakeUpstreams;

/// <summary>
/// fal's queue: <c>Authorization: Key …</c>, the sub-path only in the submit, failures behind COMPLETED. Words of its own:
/// <c>urls=foreign</c> (the answer's addresses are on the other origin), <c>none</c>; <c>task=error</c> (500 behind COMPLETED), <c>invalid</c>
/// (422), <c>cancelled</c>; <c>detail=string</c>; <c>nsfw=1</c> flags that many pictures; <c>not-found=2</c> polls; <c>cancel=late</c>.
/// </summary>
internal sealed class Fal : IDialect
{
    private const int OneMegapixel = 1024 * 1024;

    private static readonly string[] Ratios = ["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"];

    public string Name => "fal";

    public void Map(IEndpointRouteBuilder routes, FakeExchange exchange)
    {
        routes.MapPost("/fal/{**endpoint}", exchange.Endpoint(this, Stages.Submit, Submit));
        routes.MapGet("/fal/{owner}/{app}/requests/{id}/status", exchange.Endpoint(this, Stages.Poll, Status));
        routes.MapGet("/fal/{owner}/{app}/requests/{id}", exchange.Endpoint(this, Stages.Result, Result));
        routes.MapPut("/fal/{owner}/{app}/requests/{id}/cancel", exchange.Endpoint(this, Stages.Cancel, Cancel));
    }

    public FakeAnswer Error(int status, string message, string? code) => status switch
    {
        422 => Detail(422, code ?? "value_error", "prompt", message),
        503 => Text(503, message).WithHeader("X-Fal-Retryable", "true"),
        _ => Text(status, code is null ? message : $"{message} ({code})"),
    };

    private FakeAnswer Submit(FakeCall call)
    {
        call.UsePrompt((string?)(call.Json?["prompt"] as JsonValue));
        if (Refusal(call) is { } refused)
        {
            return refused;
        }

        if (call.Json is not { } json)
        {
            return Text(400, "The body is not a JSON object.").Refused("no JSON");
        }

        var endpoint = (string?)call.Http.Request.RouteValues["endpoint"] ?? "";
        var fields = new Fields(json);
        if (Read(endpoint, fields) is not { } size)
        {
            return Text(404, $"Application '{endpoint}' not found").Refused("unknown endpoint");
        }

        var seed = fields.Number("seed", 0, long.MaxValue);
        var format = fields.Text("output_format", isRequired: false, "jpeg", "png") ?? "jpeg";
        var pictures = endpoint.Contains("flux-2", StringComparison.Ordinal) ? 1 : (int)(fields.Number("num_images", 1, 4) ?? 1);
        if (fields.HasFault())
        {
            return Detail(422, "value_error", fields.Field!, fields.Message!).Refused($"{fields.Field} {fields.Message}");
        }

        var task = FakeTask.New(call, size.Width, size.Height, format, seed, pictures);
        var answer = Queued("IN_QUEUE", task, 0);
        if (call.Directives["urls"] != "none")
        {
            var origin = call.Directives["urls"] == "foreign" ? call.Fake.OtherAddress : call.Fake.Address;
            var place = new Uri(origin, $"/fal/{string.Join('/', endpoint.Split('/').Take(2))}/requests/{task.Id}").AbsoluteUri;
            (answer["response_url"], answer["status_url"], answer["cancel_url"]) = (place, place + "/status", place + "/cancel");
        }

        return FakeAnswer.Json(200, answer) with { UpstreamId = task.Id, Pictures = task.Pictures };
    }

    private FakeAnswer Status(FakeCall call)
    {
        var (task, refused) = Find(call);
        if (task is null)
        {
            return refused!;
        }

        var looks = task.Looks();
        if (looks < call.Directives.Number("not-found", 0))
        {
            return Text(404, "Request not found");
        }

        if (!task.IsOver(looks, call.Fake))
        {
            return FakeAnswer.Json(202, Queued(looks == 0 ? "IN_QUEUE" : "IN_PROGRESS", task, 1));
        }

        var answer = Queued("COMPLETED", task, null);
        if (call.Directives["task"] is "error" or "cancelled")
        {
            (answer["error"], answer["error_type"]) = ("Invalid status code: 500", "internal_server_error");
        }

        return FakeAnswer.Json(200, answer);
    }

    private FakeAnswer Result(FakeCall call)
    {
        var (task, refused) = Find(call);
        if (task is null)
        {
            return refused!;
        }

        var words = call.Directives;
        if (words["moderation"] == "input")
        {
            return Detail(422, "content_policy_violation", "prompt", "The content could not be processed because it was flagged.");
        }

        if (words["task"] is "error" or "cancelled")
        {
            return words["detail"] == "string" ? Text(500, "Internal server error in the runner") : Detail(500, "internal_server_error", "prompt", "The runner failed.");
        }

        if (words["task"] == "invalid")
        {
            return words["detail"] == "string" ? Text(422, "image is too small") : Detail(422, "image_too_small", "image_url", "The image is too small.");
        }

        var links = task.Links(call.Fake);
        var flagged = words["moderation"] == "output" ? links.Count : words.Number("nsfw", 0);
        return FakeAnswer.Json(200, new JsonObject
        {
            ["images"] = new JsonArray([.. links.Select(link => new JsonObject { ["url"] = link, ["width"] = task.Width, ["height"] = task.Height, ["content_type"] = "image/" + task.Format })]),
            ["timings"] = new JsonObject { ["inference"] = 2.3 },
            ["seed"] = task.Seed,
            ["has_nsfw_concepts"] = new JsonArray([.. links.Select((_, index) => JsonValue.Create(index < flagged))]),
            ["prompt"] = "",
        });
    }

    private FakeAnswer Cancel(FakeCall call)
    {
        var (task, refused) = Find(call);
        return task is null
            ? refused!
            : call.Directives["cancel"] == "late"
                ? FakeAnswer.Json(400, new JsonObject { ["status"] = "ALREADY_COMPLETED" })
                : FakeAnswer.Json(202, new JsonObject { ["status"] = "CANCELLATION_REQUESTED" });
    }

    private (FakeTask? Task, FakeAnswer? Refused) Find(FakeCall call)
    {
        var task = FakeTask.Read((string?)call.Http.Request.RouteValues["id"]);
        call.UseTask(task?.Directives() ?? Directives.None);
        return Refusal(call) is { } refused ? (null, refused)
            : task is null ? (null, Text(404, "Request not found"))
            : (task, null);
    }

    private static FakeAnswer? Refusal(FakeCall call)
    {
        if (call.IsForeign)
        {
            return Text(403, "This is not the vendor.").Refused("on the wrong host");
        }

        return call.Credential == $"Authorization: Key {call.Fake.Options.Credential}" ? null : Text(401, "Authentication is required to access this application").Refused("credential");
    }

    // The picture's size, or null for an unknown endpoint.
    private static (int Width, int Height)? Read(string endpoint, Fields fields)
    {
        fields.Text("prompt", isRequired: true);
        var isFlux2 = endpoint.StartsWith("fal-ai/flux-2-", StringComparison.Ordinal);
        fields.Text("safety_tolerance", isRequired: false, isFlux2 ? ["1", "2", "3", "4", "5"] : ["1", "2", "3", "4", "5", "6"]);
        if (isFlux2)
        {
            if (endpoint.EndsWith("/edit", StringComparison.Ordinal))
            {
                fields.Pictures("image_urls", isRequired: true);
            }

            return Pixels(fields, 16);
        }

        fields.Boolean("enhance_prompt");
        switch (endpoint)
        {
            case "fal-ai/flux-pro/kontext" or "fal-ai/flux-pro/kontext/max":
                fields.Picture("image_url", isDataUri: true, isRequired: true);
                break;
            case "fal-ai/flux-pro/kontext/multi" or "fal-ai/flux-pro/kontext/max/multi":
                fields.Pictures("image_urls", isRequired: true);
                break;
            case "fal-ai/flux-pro/kontext/text-to-image" or "fal-ai/flux-pro/kontext/max/text-to-image":
                break;
            case "fal-ai/flux-pro/v1.1":
                return Pixels(fields, 32);
            case "fal-ai/flux-pro/v1.1-ultra":
                fields.Picture("image_url", isDataUri: true);
                return Sides(fields.Ratio("aspect_ratio") ?? (16 / 9.0));
            default:
                return null;
        }

        fields.Text("aspect_ratio", isRequired: false, Ratios);
        return Sides(fields.Ratio("aspect_ratio") ?? 1);
    }

    private static (int Width, int Height) Pixels(Fields fields, int multiple)
    {
        var size = fields.Object("image_size");
        var pixels = ((int)(size?.Number("width", 64, 2048, multiple) ?? 1024), (int)(size?.Number("height", 64, 2048, multiple) ?? 768));
        if (size?.HasFault() == true)
        {
            fields.Fault("image_size", size.Message!);
        }

        return pixels;
    }

    private static (int Width, int Height) Sides(double ratio) => (Side(ratio), Side(1 / ratio));

    private static int Side(double ratio) => (int)Math.Round(Math.Sqrt(OneMegapixel * ratio) / 32) * 32;

    private static JsonObject Queued(string status, FakeTask task, int? position) => new()
    {
        ["status"] = status,
        ["request_id"] = task.Id,
        ["queue_position"] = position,
        ["logs"] = null,
        ["metrics"] = new JsonObject(),
    };

    private static FakeAnswer Text(int status, string detail) => FakeAnswer.Json(status, new JsonObject { ["detail"] = detail });

    private static FakeAnswer Detail(int status, string type, string field, string message) => FakeAnswer.Json(status, new JsonObject
    {
        ["detail"] = new JsonArray(new JsonObject
        {
            ["loc"] = new JsonArray("body", field),
            ["msg"] = message,
            ["type"] = type,
            ["url"] = "https://docs.fal.ai/errors#" + type,
        }),
    }).WithHeader("x-fal-error-type", type);
}
