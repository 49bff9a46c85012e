using System.Text.Json.Nodes;

namespace Pictor.FakeUpstreams.OpenAI;

/// <summary>The Images API as Azure serves it, in the new and in the old way of addressing a deployment.</summary>
internal sealed class AzureDialect : IDialect
{
    public string Name => "azure";

    public void Map(IEndpointRouteBuilder routes, FakeExchange exchange)
    {
        foreach (var (door, isEdit) in new[] { ("generations", false), ("edits", true) })
        {
            routes.MapPost($"/azure/openai/v1/images/{door}", exchange.Endpoint(this, Stages.Submit, call => Answer(call, isEdit, isNew: true)));
            routes.MapPost($"/azure/openai/deployments/{{deployment}}/images/{door}", exchange.Endpoint(this, Stages.Submit, call => Answer(call, isEdit, isNew: false)));
        }
    }

    public FakeAnswer Error(int status, string message, string? code) => OpenAIErrors.Documented(status, message, code);

    private static FakeAnswer Answer(FakeCall call, bool isEdit, bool isNew)
    {
        var order = new ImagesOrder(call);
        if (call.Credential != $"api-key: {call.Fake.Options.Credential}")
        {
            return OpenAIErrors.Refuse(401, "Access denied due to invalid subscription key or wrong API endpoint.", "401");
        }

        var version = call.Http.Request.Query["api-version"].ToString();
        if (isNew ? version is not ("v1" or "preview") : !version.StartsWith("20", StringComparison.Ordinal))
        {
            return OpenAIErrors.Refuse(404, "Resource not found", "404");
        }

        // A deployment has a name of the customer's own; here it is always a gpt-image-1.
        var deployment = isNew ? order.Model : (string)call.Http.Request.RouteValues["deployment"]!;
        if (deployment != "pictures")
        {
            return OpenAIErrors.Refuse(404, "The API deployment for this resource does not exist.", "DeploymentNotFound");
        }

        if (order.Directives.Has("moderation"))
        {
            var body = OpenAIErrors.Body("Your request was rejected as a result of our safety system.", "content_policy_violation", null, "invalid_request_error");
            body["error"]!["inner_error"] = new JsonObject { ["code"] = "ResponsibleAIPolicyViolation" };
            return FakeAnswer.Json(400, body).Refused("moderation");
        }

        return OpenAIDialect.Draw(new ImagesOrder(call) { Model = "gpt-image-1" }, isEdit);
    }
}
