using System.Text.Json.Nodes;

namespace Pictor.FakeUpstreams;

/// <summary>
/// Black Forest Labs: <c>x-key</c>, one picture a task, a polling address in another place than the submit. Words of its own:
/// <c>polling=foreign</c> (on the other origin), <c>none</c>, or an address; <c>between=Generating</c>; <c>not-found=2</c> polls, as a status
/// or with <c>not-found-http=404</c>; <c>task=error</c>, <c>failed</c>, <c>no-result</c>; <c>cost=4</c>.
/// </summary>
internal sealed class BlackForestLabs : IDialect
{
    private const int OneMegapixel = 1024 * 1024;

    public string Name => "bfl";

    public void Map(IEndpointRouteBuilder routes, FakeExchange exchange)
    {
        routes.MapPost("/bfl/v1/{model}", exchange.Endpoint(this, Stages.Submit, Submit));
        routes.MapGet("/bfl/v1/credits", exchange.Endpoint(this, Stages.Test, call => Refusal(call) ?? Answer(200, new JsonObject { ["credits"] = 1234.5 })));
        routes.MapGet("/bfl/v1/get_result", exchange.Endpoint(this, Stages.Poll, call => Poll(call, wantsCredential: true)));
        routes.MapGet("/bfl/regional/poll", exchange.Endpoint(this, Stages.Poll, call => Poll(call, wantsCredential: !call.IsForeign)));
    }

    public FakeAnswer Error(int status, string message, string? code) => status switch
    {
        401 or 403 => Answer(status, new JsonObject { ["detail"] = code ?? "Not authenticated" }),
        402 => Answer(402, new JsonObject { ["error"] = code ?? "insufficient_credits", ["message"] = message }),
        404 => Answer(404, new JsonObject { ["detail"] = "Not Found" }),
        422 => Answer(422, new JsonObject { ["detail"] = new JsonArray(new JsonObject { ["loc"] = new JsonArray("body", code ?? "prompt"), ["msg"] = message, ["type"] = "value_error" }) }),
        429 => Answer(429, new JsonObject { ["error"] = code ?? "rate_limit_exceeded", ["message"] = message, ["retry_after"] = 3 }),
        503 => Answer(503, new JsonObject { ["error"] = code ?? "service_unavailable", ["message"] = message }),
        _ => Answer(status, new JsonObject { ["detail"] = message }),
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
            return Error(400, "The body is not a JSON object.", null).Refused("no JSON");
        }

        var model = (string)call.Http.Request.RouteValues["model"]!;
        var fields = new Fields(json);
        var size = Read(model, fields);
        if (size is null)
        {
            return Error(404, "", null).Refused("unknown model");
        }

        var format = fields.Text("output_format", isRequired: false, "jpeg", "png", "webp") ?? (model.StartsWith("flux-kontext", StringComparison.Ordinal) ? "png" : "jpeg");
        var seed = fields.Number("seed", 0, long.MaxValue);
        if (fields.HasFault())
        {
            return Error(422, fields.Message!, fields.Field).Refused($"{fields.Field} {fields.Message}");
        }

        var task = FakeTask.New(call, size.Value.Width, size.Value.Height, format, seed, 1);
        var polling = call.Directives["polling"] switch
        {
            null => new Uri(call.Fake.Address, $"/bfl/regional/poll?id={task.Id}").AbsoluteUri,
            "foreign" => new Uri(call.Fake.OtherAddress, $"/bfl/regional/poll?id={task.Id}").AbsoluteUri,
            "none" => null,
            var other => other,
        };
        return Answer(200, new JsonObject { ["id"] = task.Id, ["polling_url"] = polling, ["cost"] = call.Directives.Number("cost", 4), ["input_mp"] = null, ["output_mp"] = null }) with
        {
            UpstreamId = task.Id,
            Pictures = 1,
        };
    }

    private FakeAnswer Poll(FakeCall call, bool wantsCredential)
    {
        var task = FakeTask.Read(call.Http.Request.Query["id"]);
        call.UseTask(task?.Directives() ?? Directives.None);
        if (call.IsForeign && call.Credential is not null)
        {
            return Error(403, "", null).Refused("credential on the wrong host");
        }

        if (wantsCredential && Refusal(call) is { } refused)
        {
            return refused;
        }

        if (task is null)
        {
            return Status("Task not found", null);
        }

        var looks = task.Looks();
        var words = call.Directives;
        if (looks < words.Number("not-found", 0))
        {
            return words["not-found-http"] == "404" ? Answer(404, new JsonObject { ["detail"] = "Task not found" }) : Status("Task not found", task);
        }

        if (words["moderation"] == "input")
        {
            return Status("Request Moderated", task, new JsonObject { ["Moderation Reasons"] = new JsonArray("Derivative Works Filter") });
        }

        if (!task.IsOver(looks, call.Fake))
        {
            return Status(words["between"] ?? "Pending", task, progress: Math.Min(0.9, looks * 0.25));
        }

        return words["task"] switch
        {
            "error" => Status("Error", task, new JsonObject { ["error"] = "out of memory" }),
            "failed" => Status("Failed", task),
            "no-result" => Status("Ready", task),
            _ when words["moderation"] == "output" => Status("Content Moderated", task, new JsonObject { ["Moderation Reasons"] = new JsonArray("Nudity") }),
            _ when task.Pictures == 0 => Status("Ready", task),
            _ => Status("Ready", task, sample: task.Links(call.Fake)[0]),
        };
    }

    private FakeAnswer? Refusal(FakeCall call) =>
        call.Credential == $"x-key: {call.Fake.Options.Credential}" ? null : Error(403, "", null).Refused("credential");

    // The picture's size, or null for an unknown model.
    private static (int Width, int Height)? Read(string model, Fields fields)
    {
        if (!model.StartsWith("flux-", StringComparison.Ordinal))
        {
            return null;
        }

        var isFlux2 = model.StartsWith("flux-2-", StringComparison.Ordinal);
        fields.Text("prompt", isRequired: true);
        fields.Number("safety_tolerance", 0, isFlux2 ? 5 : 6);
        if (!isFlux2 || model == "flux-2-flex")
        {
            fields.Boolean("prompt_upsampling");
        }

        if (isFlux2 || model.StartsWith("flux-kontext", StringComparison.Ordinal))
        {
            var most = !isFlux2 || model.Contains("klein", StringComparison.Ordinal) ? 4 : 8;
            for (var i = 1; i <= most; i++)
            {
                fields.Picture(i == 1 ? "input_image" : $"input_image_{i}", isDataUri: false);
            }
        }
        else
        {
            fields.Picture("image_prompt", isDataUri: false);
        }

        if (isFlux2)
        {
            return ((int)(fields.Number("width", 64, 4096, 16) ?? 1024), (int)(fields.Number("height", 64, 4096, 16) ?? 1024));
        }

        if (model is "flux-pro-1.1")
        {
            return ((int)(fields.Number("width", 256, 1440, 32) ?? 1024), (int)(fields.Number("height", 256, 1440, 32) ?? 768));
        }

        var ratio = fields.Ratio("aspect_ratio") ?? (model.Contains("ultra", StringComparison.Ordinal) ? 16 / 9.0 : 1);
        return (Side(ratio), Side(1 / ratio));
    }

    private static int Side(double ratio) => (int)Math.Round(Math.Sqrt(OneMegapixel * ratio) / 32) * 32;

    private static FakeAnswer Status(string status, FakeTask? task, JsonObject? details = null, double? progress = null, string? sample = null) => Answer(200, new JsonObject
    {
        ["id"] = task?.Id,
        ["status"] = status,
        ["result"] = sample is null ? null : new JsonObject { ["sample"] = sample, ["prompt"] = "", ["seed"] = task!.Seed, ["start_time"] = 0.0, ["end_time"] = 1.0, ["duration"] = 1.0 },
        ["progress"] = progress,
        ["details"] = details,
        ["preview"] = null,
    });

    private static FakeAnswer Answer(int status, JsonObject body) => FakeAnswer.Json(status, body);
}
