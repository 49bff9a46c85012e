using System.Text.Json.Nodes;

namespace Pictor.FakeUpstreams.OpenAI;

/// <summary>The Images API as OpenAI serves it: <c>/openai/v1/images/…</c>.</summary>
internal sealed class OpenAIDialect : IDialect
{
    public string Name => "openai";

    public void Map(IEndpointRouteBuilder routes, FakeExchange exchange)
    {
        routes.MapPost("/openai/v1/images/generations", exchange.Endpoint(this, Stages.Submit, call => Answer(call, isEdit: false)));
        routes.MapPost("/openai/v1/images/edits", exchange.Endpoint(this, Stages.Submit, call => Answer(call, isEdit: true)));
        routes.MapGet("/openai/v1/models", exchange.Endpoint(this, Stages.Test, call => Unknown(call) ?? FakeAnswer.Json(200, new JsonObject { ["object"] = "list", ["data"] = new JsonArray() })));
        routes.MapPost("/openai/v1/images/variations", exchange.Endpoint(this, Stages.Submit, Vary));
    }

    public FakeAnswer Error(int status, string message, string? code) => OpenAIErrors.Documented(status, message, code);

    /// <summary>The rules behind the door, which Azure shares.</summary>
    public static FakeAnswer Draw(ImagesOrder order, bool isEdit)
    {
        if (OpenAIRules.Check(order, isEdit) is { } refusal)
        {
            return refusal;
        }

        if (order.Directives["moderation"] is { } stage)
        {
            return OpenAIErrors.Moderated(order.IsGptImage, stage);
        }

        if (order.Streams)
        {
            return ImagesAnswers.Stream(order, isEdit ? "image_edit" : "image_generation");
        }

        var usual = order.IsGptImage || order.Text("response_format") == "b64_json" ? "b64" : "url";
        return ImagesAnswers.Of(order, order.Directives["shape"] ?? usual);
    }

    private static FakeAnswer Answer(FakeCall call, bool isEdit)
    {
        var order = new ImagesOrder(call);
        return Unknown(call) ?? Draw(order, isEdit);
    }

    private static FakeAnswer Vary(FakeCall call)
    {
        var order = new ImagesOrder(call);
        return Unknown(call) ?? OpenAIRules.Variation(order) ?? ImagesAnswers.Of(order, order.Text("response_format") == "b64_json" ? "b64" : "url");
    }

    private static FakeAnswer? Unknown(FakeCall call) => call.IsForeign || call.Credential != $"Authorization: Bearer {call.Fake.Options.Credential}"
        ? OpenAIErrors.Documented(401, "", null).Refused(call.IsForeign ? "credential on the wrong host" : "wrong credential")
        : null;
}
