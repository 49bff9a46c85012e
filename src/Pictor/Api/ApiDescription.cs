using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Pictor.Images;

namespace Pictor.Api;

/// <summary>What <c>/openapi/v1.json</c> says beyond the routes: the key, the image parameters, the error body.</summary>
internal static class ApiDescription
{
    private const string Scheme = "bearer";

    public static IServiceCollection AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi("v1", options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Pictor",
                Version = typeof(ApiDescription).Assembly.GetName().Version?.ToString(3),
                Description = "One OpenAI-compatible gateway in front of every image model. Every request is a durable job.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Scheme, Description = "A key made with POST /admin/keys." },
            };
            document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
            document.Components.Schemas["Error"] = Error();
            foreach (var (path, item) in document.Paths)
            {
                foreach (var (method, operation) in item.Operations ?? [])
                {
                    Describe(document, path, method, operation);
                }
            }

            return Task.CompletedTask;
        }));

    private static void Describe(OpenApiDocument document, string path, HttpMethod method, OpenApiOperation operation)
    {
        var isOpen = !path.StartsWith("/v1/", StringComparison.Ordinal) && !path.StartsWith("/admin/", StringComparison.Ordinal);
        if (isOpen || path.StartsWith("/v1/assets/", StringComparison.Ordinal))
        {
            return;
        }

        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "An error in OpenAI's form; every answer carries x-request-id.",
            Content = Json(new OpenApiSchemaReference("Error", document)),
        };
        if (method == HttpMethod.Post && path == "/v1/images/generations")
        {
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = Json(ImageRequest()) };
        }
    }

    private static Dictionary<string, OpenApiMediaType> Json(IOpenApiSchema schema) =>
        new(StringComparer.Ordinal) { ["application/json"] = new OpenApiMediaType { Schema = schema } };

    private static OpenApiSchema ImageRequest() => Object(
        ["prompt"],
        ("model", Text("A name from /v1/models; the configured default model when it is left out.")),
        ("prompt", Text("1 to 32,000 characters. Leading http(s) links and data URIs, separated by blanks, are reference images in that order.")),
        ("aspect_ratio", Text("W:H, at most 4 digits a side; wins over size. Empty or absent: the first reference's ratio, else 1:1.")),
        ("size", Text("WxH or auto.")),
        ("seed", Number(0, uint.MaxValue, "Drawn at random and reported when it is left out.")),
        ("safety_tolerance", Number(0, 6, "0 is strict; 2 unless given.")),
        ("prompt_upsampling", Truth("Let the vendor write a longer prompt.")),
        ("output_format", OneOf("jpeg for Flux, png otherwise, unless given.", "jpeg", "png", "webp")),
        ("response_format", OneOf("b64_json for the gpt-image family, else url, unless given.", "url", "b64_json")),
        ("n", Number(1, RequestRules.LargestN, "How many pictures.")),
        ("input_image", Text("A reference image as base64, data URI or http(s) link; also image, images, input_image_2 to input_image_16, each a string or an array.")),
        ("mask", Text("A picture whose transparent area is to change.")),
        ("quality", Text("As the model's vendor defines it.")),
        ("style", Text("As the model's vendor defines it.")),
        ("background", Text("As the model's vendor defines it.")),
        ("moderation", Text("As the model's vendor defines it.")),
        ("input_fidelity", Text("As the model's vendor defines it.")),
        ("output_compression", Number(0, 100, "For jpeg and webp.")),
        ("watermark", Truth("As the model's vendor defines it.")),
        ("user", Text("The caller's own name for its user.")),
        ("webhook_url", Text("http or https; told when the job ends. null, \"null\" and empty mean none.")),
        ("webhook_secret", Text("Signs deliveries by Standard Webhooks.")),
        ("async", Truth("Answer 202 with the job at once.")),
        ("url_expires_in", Number(RequestRules.ShortestExpiry, RequestRules.LongestExpiry, "Seconds the links of this result live.")),
        ("extra_body", new OpenApiSchema { Type = JsonSchemaType.Object, Description = "The same parameters once more; the top level wins." }));

    private static OpenApiSchema Error() => Object(
        ["error"],
        ("error", Object(
            ["message", "type", "param", "code"],
            ("message", Text("What is wrong, in English.")),
            ("type", Text("OpenAI's type.")),
            ("param", Optional("The parameter that is at fault.")),
            ("code", Optional("One of docs/errors.md.")))));

    private static OpenApiSchema Object(string[] required, params (string Name, IOpenApiSchema Schema)[] members) => new()
    {
        Type = JsonSchemaType.Object,
        Required = required.ToHashSet(StringComparer.Ordinal),
        Properties = members.ToDictionary(member => member.Name, member => member.Schema, StringComparer.Ordinal),
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Optional(string description) => new() { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = description };

    private static OpenApiSchema Truth(string description) => new() { Type = JsonSchemaType.Boolean, Description = description };

    private static OpenApiSchema Number(long least, long most, string description) => new()
    {
        Type = JsonSchemaType.Integer,
        Minimum = least.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Maximum = most.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Description = description,
    };

    private static OpenApiSchema OneOf(string description, params string[] values) => new()
    {
        Type = JsonSchemaType.String,
        Enum = [.. values.Select(value => (JsonNode)value)],
        Description = description,
    };
}
