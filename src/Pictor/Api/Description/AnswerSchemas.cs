using Microsoft.OpenApi;
using static Pictor.Api.Description.Schemas;

namespace Pictor.Api.Description;

/// <summary>The answers that callers read, by name.</summary>
internal static class AnswerSchemas
{
    public const string Error = "Error";
    public const string Job = "ImageGeneration";
    private const string Jobs = "ImageGenerationList";

    public static string? Of(HttpMethod method, string path) => (method.Method, path) switch
    {
        ("POST", "/v1/images/generations" or "/v1/images/edits" or "/v1/images/variations" or "/v1/images") => Job,
        ("GET", "/v1/images/generations/{id}") or ("POST", "/v1/images/generations/{id}/cancel") => Job,
        ("GET", "/v1/images/generations") => Jobs,
        _ => null,
    };

    public static IEnumerable<(string Name, IOpenApiSchema Schema)> All() => [(Error, ErrorBody()), (Job, JobBody()), (Jobs, JobList())];

    private static OpenApiSchema ErrorBody() => Object(
        ["error"],
        ("error", Object(
            ["message", "type", "param", "code"],
            ("message", Text("What is wrong, in English.")),
            ("type", Text("OpenAI's type.")),
            ("param", Optional("The parameter that is at fault.")),
            ("code", Optional("One of docs/errors.md.")))));

    private static OpenApiSchema JobBody() => Object(
        ["id", "object", "created", "model", "status"],
        ("id", Text("The job; it can be read for as long as it is kept.")),
        ("object", OneOf("What it is.", "image.generation")),
        ("task_id", Text("The id once more, under the name that relay nodes poll, while the job runs.")),
        ("created", Number(0, long.MaxValue, "Seconds since 1970.")),
        ("model", Text("The public name.")),
        ("status", OneOf("Where it is.", "queued", "running", "succeeded", "failed", "cancelled")),
        ("progress", Number(0, 100, "Where the vendor tells.")),
        ("data", List(
            Object(
                [],
                ("url", Text("A signed link; exactly one of url and b64_json.")),
                ("b64_json", Text("The picture as bare base64.")),
                ("revised_prompt", Text("What the vendor drew, where it tells.")),
                ("seed", Number(0, uint.MaxValue, "Where one was used.")),
                ("width", Number(1, 16_384, "Measured in the delivered bytes.")),
                ("height", Number(1, 16_384, "Measured in the delivered bytes.")),
                ("format", OneOf("Of the delivered bytes.", "jpeg", "png", "webp")),
                ("expires_at", Number(0, long.MaxValue, "When the link ends, in seconds since 1970."))),
            "One entry a picture.")),
        ("cost", Text("Like \"0.035\".")),
        ("currency", Text("USD.")),
        ("warnings", List(
            Object(
                ["param", "action", "message"],
                ("param", Text("Which parameter.")),
                ("action", OneOf("What was done with it.", "adapted", "ignored")),
                ("requested", Text("What was asked for.")),
                ("used", Text("What was used instead.")),
                ("message", Text("Why."))),
            "What was adapted or ignored.")),
        ("usage", new OpenApiSchema { Type = JsonSchemaType.Object, Description = "Tokens, where the vendor counts them." }),
        ("error", new OpenApiSchema { Type = JsonSchemaType.Object, Description = "Why it failed; the same members as in Error." }),
        ("late_data", List(new OpenApiSchema { Type = JsonSchemaType.Object }, "Pictures that came after the job had failed; free of charge.")),
        ("assets_expired", Truth("The pictures are no longer kept.")),
        ("sandbox", Truth("Drawn by the embedded Sandbox and booked on accounts of its own.")));

    private static OpenApiSchema JobList() => Object(
        ["object", "data", "has_more"],
        ("object", OneOf("What it is.", "list")),
        ("data", List(JobBody(), "Newest first.")),
        ("has_more", Truth("Whether there are older ones: ask again with after.")));
}
