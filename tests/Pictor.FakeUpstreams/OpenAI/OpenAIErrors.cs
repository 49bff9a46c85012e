using System.Text.Json.Nodes;

namespace Pictor.FakeUpstreams.OpenAI;

/// <summary>OpenAI's error body and the cases that its documents name.</summary>
internal static class OpenAIErrors
{
    public static FakeAnswer Of(int status, string message, string? code = null, string? param = null, string type = "invalid_request_error") =>
        FakeAnswer.Json(status, Body(message, code, param, type)).WithHeader("x-request-id", "req_fake");

    public static FakeAnswer Refuse(int status, string message, string? code = null, string? param = null) =>
        Of(status, message, code, param).Refused(message);

    public static JsonObject Body(string message, string? code, string? param, string type) =>
        new() { ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = param, ["code"] = code } };

    /// <summary>What the vendor says with a status when it was told to answer it.</summary>
    public static FakeAnswer Documented(int status, string message, string? code) => status switch
    {
        401 => Of(401, "Incorrect API key provided: fake-cr*****al-1. You can find your API key at https://platform.openai.com/account/api-keys.", code ?? "invalid_api_key"),
        402 => Of(402, "Your account has no credit left.", code ?? "insufficient_quota", type: "insufficient_quota"),
        403 => Of(403, "Your organization must be verified to use this model.", code),
        404 => Of(404, "The model does not exist or you do not have access to it.", code ?? "model_not_found"),
        429 when code == "insufficient_quota" => Of(429, "You exceeded your current quota, please check your plan and billing details.", code, type: code),
        429 => Of(429, "Rate limit reached for images per minute.", code ?? "rate_limit_exceeded", type: "requests"),
        503 => Of(503, "The engine is currently overloaded, please try again later.", code, type: "server_error"),
        >= 500 => Of(status, "The server had an error while processing your request.", code, type: "server_error"),
        _ => Of(status, message, code ?? "invalid_value", "prompt"),
    };

    /// <summary>Refused for what it shows; both families have their own way to say it.</summary>
    public static FakeAnswer Moderated(bool isGptImage, string stage)
    {
        if (!isGptImage)
        {
            return Refuse(400, "Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed by our safety system.", "content_policy_violation");
        }

        var body = Body("Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com and include the request ID req_fake. safety_violations=[violence].", "moderation_blocked", null, "image_generation_user_error");
        body["error"]!["moderation_details"] = new JsonObject { ["moderation_stage"] = stage, ["categories"] = new JsonArray("violence") };
        return FakeAnswer.Json(400, body).Refused("moderation");
    }
}
