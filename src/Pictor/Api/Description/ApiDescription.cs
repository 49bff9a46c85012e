using Microsoft.OpenApi;

namespace Pictor.Api.Description;

/// <summary>What <c>/openapi/v1.json</c> says beyond the routes: the key, the bodies, the answers, the error body.</summary>
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
            foreach (var (name, schema) in AnswerSchemas.All())
            {
                document.Components.Schemas[name] = schema;
            }

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
        operation.Responses["default"] = Answer(document, AnswerSchemas.Error, "An error in OpenAI's form; every answer carries x-request-id.");
        if (BodySchemas.Of(method, path) is { Count: > 0 } bodies)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = bodies.ToDictionary(body => body.MediaType, body => new OpenApiMediaType { Schema = body.Schema }, StringComparer.Ordinal),
            };
        }

        if (AnswerSchemas.Of(method, path) is { } schema)
        {
            operation.Responses["200"] = Answer(document, schema, "As asked for.");
        }

        if (BodySchemas.MakesJob(method, path))
        {
            operation.Responses["202"] = Answer(document, AnswerSchemas.Job, "Asked for with async, Prefer, or a setting of the key: the job, to be read at Location.");
        }
    }

    private static OpenApiResponse Answer(OpenApiDocument document, string schema, string description) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(schema, document) },
        },
    };
}
