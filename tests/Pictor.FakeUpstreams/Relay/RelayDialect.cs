using System.Text.Json.Nodes;
using Pictor.FakeUpstreams.OpenAI;

namespace Pictor.FakeUpstreams.Relay;

/// <summary>An OpenAI-compatible relay: takes any parameter, and answers in whatever shape its upstream had.</summary>
/// <remarks>Words: <c>shape=…</c> (<see cref="ImagesAnswers"/>), <c>refuse=quality</c> for a 400 that names a parameter.</remarks>
internal sealed class RelayDialect : IDialect
{
    public string Name => "relay";

    public void Map(IEndpointRouteBuilder routes, FakeExchange exchange)
    {
        routes.MapPost("/relay/v1/images/generations", exchange.Endpoint(this, Stages.Submit, Answer));
        routes.MapPost("/relay/v1/images/edits", exchange.Endpoint(this, Stages.Submit, Answer));
    }

    public FakeAnswer Error(int status, string message, string? code) => status switch
    {
        402 => Of(402, "Your balance is not enough.", code ?? "insufficient_user_quota"),
        503 => Of(503, "The current group has no available channel for the model (request id: 2025112000000000)", code ?? "get_channel_failed"),
        >= 500 => Of(status, "bad response status code (request id: 2025112000000000)", code ?? "bad_response_status_code"),
        _ => Of(status, $"{message} (request id: 2025112000000000)", code ?? "invalid_image_request"),
    };

    private static FakeAnswer Of(int status, string message, string code) =>
        FakeAnswer.Json(status, new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = "new_api_error", ["param"] = "", ["code"] = code } });

    private FakeAnswer Answer(FakeCall call)
    {
        var order = new ImagesOrder(call);
        if (call.IsForeign || call.Credential != $"Authorization: Bearer {call.Fake.Options.Credential}")
        {
            return Error(401, "invalid token", "invalid_api_key").Refused(call.IsForeign ? "credential on the wrong host" : "wrong credential");
        }

        if (order.Text("size")?.Contains('×') == true)
        {
            return Error(400, "size: the character × is not allowed, use x", "invalid_image_request").Refused("size");
        }

        if (call.Directives["refuse"] is { } name && order.Text(name) is not null)
        {
            return Error(400, $"Unknown parameter: '{name}'", "invalid_image_request").Refused(name);
        }

        if (call.Directives.Has("moderation"))
        {
            return Error(400, "Your request was rejected as a result of our safety system.", "content_policy_violation").Refused("moderation");
        }

        if (FakePictures.ReadSize(order.Text("size")) is null && order.Text("aspect_ratio")?.Split(':') is [var width, var height])
        {
            order = new ImagesOrder(call) { Size = OfRatio(double.Parse(width) / double.Parse(height)) };
        }

        return ImagesAnswers.Of(order, call.Directives["shape"] ?? "url");
    }

    private static (int Width, int Height) OfRatio(double ratio)
    {
        var width = Math.Sqrt(1024 * 1024 * ratio);
        return ((int)Math.Round(width / 16) * 16, (int)Math.Round(width / ratio / 16) * 16);
    }
}
