using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pictor.FakeUpstreams;

/// <summary>
/// Replicate: <c>Authorization: Bearer …</c>, 201 with the prediction as it stands, 202 when <c>Prefer: wait</c> ran out. Words of its own:
/// <c>get=foreign</c> (on the other origin), <c>none</c>, or an address; <c>output=array</c>, <c>objects</c>; <c>task=error</c>, <c>canceled</c>, <c>aborted</c>,
/// <c>removed</c>; <c>not-found=2</c> polls; <c>cancel=late</c>; <c>echo=big</c> (the input comes back, pictures and all).
/// </summary>
internal sealed partial class Replicate : IDialect
{
    private const int OneMegapixel = 1024 * 1024;

    private static readonly string[] Ratios = ["match_input_image", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16", "9:21"];

    public string Name => "replicate";

    public void Map(IEndpointRouteBuilder routes, FakeExchange exchange)
    {
        routes.MapPost("/replicate/v1/models/{owner}/{name}/predictions", exchange.Endpoint(this, Stages.Submit, call => Submit(call, null)));
        routes.MapPost("/replicate/v1/predictions", exchange.Endpoint(this, Stages.Submit, call => Submit(call, (string?)(call.Json?["version"] as JsonValue))));
        routes.MapPost("/replicate/v1/files", exchange.Endpoint(this, Stages.Upload, Upload));
        routes.MapGet("/replicate/v1/account", exchange.Endpoint(this, Stages.Test, call => Refusal(call) ?? FakeAnswer.Json(200, new JsonObject { ["type"] = "organization", ["username"] = "acme" })));
        routes.MapGet("/replicate/v1/predictions/{id}", exchange.Endpoint(this, Stages.Poll, call => Get(call, wantsCredential: true)));
        routes.MapGet("/replicate/elsewhere/{id}", exchange.Endpoint(this, Stages.Poll, call => Get(call, wantsCredential: false)));
        routes.MapPost("/replicate/v1/predictions/{id}/cancel", exchange.Endpoint(this, Stages.Cancel, Cancel));
    }

    public FakeAnswer Error(int status, string message, string? code) => FakeAnswer.Json(status, status switch
    {
        422 => new JsonObject
        {
            ["title"] = "Input validation failed",
            ["detail"] = $"- input.{code ?? "prompt"}: {message}",
            ["status"] = 422,
            ["invalid_fields"] = new JsonArray(new JsonObject { ["type"] = "invalid", ["field"] = "input." + (code ?? "prompt"), ["description"] = message }),
        },
        429 => new JsonObject { ["detail"] = "Request was throttled. Your rate limit resets in ~30s.", ["status"] = 429 },
        _ => new JsonObject { ["title"] = "Error " + status.ToString(CultureInfo.InvariantCulture), ["detail"] = message, ["status"] = status },
    });

    private FakeAnswer Upload(FakeCall call)
    {
        if (Refusal(call) is { } refused)
        {
            return refused;
        }

        if (call.Form?.Files.GetFile("content") is not { Length: > 0 } file)
        {
            return Error(422, "content is required", "content").Refused("no content");
        }

        // The id says all that a prediction has to know of it: files outlive the process as tasks do.
        var id = $"file-{file.Length.ToString(CultureInfo.InvariantCulture)}";
        return FakeAnswer.Json(201, new JsonObject
        {
            ["id"] = id,
            ["name"] = file.FileName,
            ["content_type"] = file.ContentType,
            ["size"] = file.Length,
            ["urls"] = new JsonObject { ["get"] = new Uri(call.Fake.Address, "/replicate/v1/files/" + id).AbsoluteUri },
        });
    }

    private FakeAnswer Submit(FakeCall call, string? version)
    {
        var input = call.Json?["input"] as JsonObject;
        call.UsePrompt((string?)(input?["prompt"] as JsonValue));
        if (Refusal(call) is { } refused)
        {
            return refused;
        }

        if (input is null)
        {
            return Error(422, "input is required", "input").Refused("no input");
        }

        var name = version?.Split(':')[0].Split('/')[^1] ?? (string)call.Http.Request.RouteValues["name"]!;
        var fields = new Fields(input) { FilesAt = new Uri(call.Fake.Address, "/replicate/v1/files/file-").AbsoluteUri };
        if (Read(name, fields) is not { } size)
        {
            return Error(404, "The requested resource could not be found.", null).Refused("unknown model");
        }

        var seed = fields.Number("seed", 0, long.MaxValue);
        string[] formats = name.Contains("kontext", StringComparison.Ordinal) || name.Contains("ultra", StringComparison.Ordinal) ? ["png", "jpg"] : ["png", "jpg", "webp"];
        var format = fields.Text("output_format", isRequired: false, formats) ?? "png";
        if (fields.HasFault())
        {
            return Error(422, fields.Message!, fields.Field).Refused($"{fields.Field} {fields.Message}");
        }

        var wait = Wait().Match(call.Http.Request.Headers["Prefer"].ToString());
        if (call.Http.Request.Headers.ContainsKey("Prefer") && !wait.Success)
        {
            return Error(400, "Prefer must be wait or wait=n with n from 1 to 60.", null).Refused("Prefer");
        }

        // Here the wait is over at once: whatever needs no poll is finished in it.
        var task = FakeTask.New(call, size.Width, size.Height, format, seed, 1);
        var isOver = wait.Success && task.IsOver(0, call.Fake) && !call.Directives.Has("not-found");
        var prediction = isOver ? Ended(task, call) : Prediction(task, call, "starting");
        prediction["input"] = call.Directives["echo"] == "big" ? input.DeepClone() : new JsonObject();
        return FakeAnswer.Json(wait.Success && !isOver ? 202 : 201, prediction) with { UpstreamId = task.Id, Pictures = 1 };
    }

    private FakeAnswer Get(FakeCall call, bool wantsCredential)
    {
        var task = FakeTask.Read((string?)call.Http.Request.RouteValues["id"]);
        call.UseTask(task?.Directives() ?? Directives.None);
        if (call.IsForeign && call.Credential is not null)
        {
            return Error(403, "Not here.", null).Refused("credential on the wrong host");
        }

        if (wantsCredential && Refusal(call) is { } refused)
        {
            return refused;
        }

        var looks = task?.Looks() ?? 0;
        if (task is null || looks < call.Directives.Number("not-found", 0))
        {
            return Error(404, "The requested resource could not be found.", null);
        }

        if (task.IsOver(looks, call.Fake))
        {
            return FakeAnswer.Json(200, Ended(task, call));
        }

        var prediction = Prediction(task, call, looks == 0 ? "starting" : "processing");
        prediction["logs"] = looks == 0 ? "" : $"Using seed: {task.Seed}\n  0%|          | 0/28\n {looks * 20}%|##        | 5/28";
        return FakeAnswer.Json(200, prediction);
    }

    private FakeAnswer Cancel(FakeCall call)
    {
        var task = FakeTask.Read((string?)call.Http.Request.RouteValues["id"]);
        call.UseTask(task?.Directives() ?? Directives.None);
        return Refusal(call) ?? (task is null
            ? Error(404, "The requested resource could not be found.", null)
            : FakeAnswer.Json(200, call.Directives["cancel"] == "late" ? Ended(task, call) : Prediction(task, call, "canceled")));
    }

    private FakeAnswer? Refusal(FakeCall call)
    {
        if (call.IsForeign)
        {
            return Error(403, "Not here.", null).Refused("on the wrong host");
        }

        return call.Credential == $"Authorization: Bearer {call.Fake.Options.Credential}" ? null : Error(401, "You did not pass a valid authentication token", null).Refused("credential");
    }

    private static JsonObject Ended(FakeTask task, FakeCall call)
    {
        var words = task.Directives();
        if (words.Has("moderation"))
        {
            return Failed("The input or output was flagged as sensitive. Please try again with different inputs. (E005)");
        }

        if (words["task"] is "canceled" or "aborted")
        {
            return Prediction(task, call, words["task"]!);
        }

        if (words["task"] == "error")
        {
            return Failed("Director: unexpected error handling prediction (E8765)");
        }

        var prediction = Prediction(task, call, "succeeded");
        var links = task.Links(call.Fake);
        if (words["task"] == "removed" || links.Count == 0)
        {
            prediction["data_removed"] = words["task"] == "removed";
            return prediction;
        }

        prediction["output"] = words["output"] switch
        {
            "array" => new JsonArray([.. links.Select(link => JsonValue.Create(link))]),
            "objects" => new JsonArray([.. links.Select(link => new JsonObject { ["url"] = link })]),
            _ when links.Count > 1 => new JsonArray([.. links.Select(link => JsonValue.Create(link))]),
            _ => links[0],
        };
        return prediction;

        JsonObject Failed(string error)
        {
            var failed = Prediction(task, call, "failed");
            failed["error"] = error;
            return failed;
        }
    }

    private static JsonObject Prediction(FakeTask task, FakeCall call, string status)
    {
        var words = task.Directives();
        return new JsonObject
        {
            ["id"] = task.Id,
            ["model"] = "black-forest-labs/flux-kontext-pro",
            ["version"] = "hidden",
            ["status"] = status,
            ["input"] = new JsonObject(),
            ["output"] = null,
            ["logs"] = "",
            ["error"] = null,
            ["data_removed"] = false,
            ["created_at"] = DateTimeOffset.FromUnixTimeMilliseconds(task.At).ToString("O", CultureInfo.InvariantCulture),
            ["urls"] = new JsonObject
            {
                ["get"] = words["get"] switch
                {
                    null => new Uri(call.Fake.Address, $"/replicate/v1/predictions/{task.Id}").AbsoluteUri,
                    "foreign" => new Uri(call.Fake.OtherAddress, $"/replicate/elsewhere/{task.Id}").AbsoluteUri,
                    "none" => null,
                    var other => other,
                },
                ["cancel"] = new Uri(call.Fake.Address, $"/replicate/v1/predictions/{task.Id}/cancel").AbsoluteUri,
            },
        };
    }

    // The picture's size, or null for an unknown model.
    private static (int Width, int Height)? Read(string name, Fields fields)
    {
        fields.Text("prompt", isRequired: true);
        if (name is "flux-1.1-pro")
        {
            fields.Boolean("prompt_upsampling");
            fields.Number("safety_tolerance", 1, 6);
            fields.Picture("image_prompt", isDataUri: true);
            var isCustom = fields.Text("aspect_ratio", isRequired: false, ["custom", .. Ratios[1..]]) == "custom";
            var (width, height) = ((int)(fields.Number("width", 256, 1440, 32) ?? 1024), (int)(fields.Number("height", 256, 1440, 32) ?? 1024));
            return isCustom ? (width, height) : (1024, 1024);
        }

        if (name is "flux-1.1-pro-ultra")
        {
            fields.Number("safety_tolerance", 1, 6);
            fields.Picture("image_prompt", isDataUri: true);
        }
        else if (name.StartsWith("flux-kontext-", StringComparison.Ordinal))
        {
            fields.Boolean("prompt_upsampling");
            var hasPicture = fields.Picture("input_image", isDataUri: true);
            fields.Number("safety_tolerance", 0, hasPicture ? 2 : 6);
        }
        else if (name.StartsWith("flux-2-", StringComparison.Ordinal))
        {
            fields.Number("safety_tolerance", 1, 5);
            for (var i = 1; i <= 8; i++)
            {
                fields.Picture(i == 1 ? "input_image" : $"input_image_{i}", isDataUri: true);
            }
        }
        else
        {
            return null;
        }

        var ratio = fields.Text("aspect_ratio", isRequired: false, Ratios)?.Split(':') is [var wide, var high]
            ? double.Parse(wide, CultureInfo.InvariantCulture) / double.Parse(high, CultureInfo.InvariantCulture)
            : 1;
        return (Side(ratio), Side(1 / ratio));
    }

    private static int Side(double ratio) => (int)Math.Round(Math.Sqrt(OneMegapixel * ratio) / 32) * 32;

    [GeneratedRegex(@"^wait(?:=(?:[1-9]|[1-5]\d|60))?$")]
    private static partial Regex Wait();
}
