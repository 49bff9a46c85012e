using Pictor.Api.Admin;
using Pictor.Api.Assets;
using Pictor.Api.Chat;
using Pictor.Api.Health;
using Pictor.Api.Images;
using Pictor.Api.Jobs;
using Pictor.Api.Models;

namespace Pictor.Api;

/// <summary>Every route of the gateway, on one page.</summary>
internal static class ApiRoutes
{
    public static void MapApi(this WebApplication app)
    {
        app.MapGet("/healthz", HealthEndpoint.Live).WithSummary("Whether the process lives");
        app.MapGet("/readyz", HealthEndpoint.ReadyAsync).WithSummary("Whether it should be sent work, and if not, why");
        app.MapOpenApi("/openapi/v1.json");

        // No key: the signature in the link is the right to read.
        app.MapMethods("/v1/assets/{name}", ["GET", "HEAD"], AssetsEndpoint.Get).WithTags("Assets").WithSummary("A picture behind its signed link");

        var v1 = app.MapGroup("/v1").AddEndpointFilter<ApiKeyAuthentication>();
        v1.MapPost("/images/generations", GenerationsEndpoint.HandleAsync).WithTags("Images").WithSummary("Make pictures");
        v1.MapPost("/images/edits", EditsEndpoint.HandleAsync).WithTags("Images").WithSummary("Change pictures: a form or JSON");
        v1.MapPost("/images/variations", VariationsEndpoint.HandleAsync).WithTags("Images").WithSummary("Draw a picture anew");
        v1.MapPost("/images", OpenRouterEndpoint.HandleAsync).WithTags("Images").WithSummary("Make pictures, in the shape of OpenRouter's clients");
        v1.MapGet("/images/generations", JobsEndpoint.ListAsync).WithTags("Jobs").WithSummary("The key's own jobs, newest first");
        v1.MapGet("/images/generations/{id}", JobsEndpoint.GetAsync).WithTags("Jobs").WithSummary("One job; ?wait=SECONDS holds the answer");
        v1.MapGet("/images/generations/{id}/events", JobEventsEndpoint.HandleAsync).WithTags("Jobs").WithSummary("One job as a stream of events: state, progress, result");
        v1.MapPost("/images/generations/{id}/cancel", JobsEndpoint.CancelAsync).WithTags("Jobs").WithSummary("End a job before its time");
        v1.MapPost("/chat/completions", ChatCompletionsEndpoint.HandleAsync).WithTags("Chat").WithSummary("A picture as a chat answer");
        v1.MapGet("/models", ModelsEndpoint.List).WithTags("Models").WithSummary("The models that the key may use");
        v1.MapGet("/models/{id}", ModelsEndpoint.Get).WithTags("Models").WithSummary("One model");

        var admin = app.MapGroup("/admin").AddEndpointFilter<ApiKeyAuthentication>().AddEndpointFilter(ApiKeyAuthentication.RequireAdminAsync);
        admin.MapPost("/keys", KeysEndpoint.CreateAsync).WithTags("Admin").WithSummary("Make a key; its secret is shown once");
        admin.MapGet("/keys", KeysEndpoint.ListAsync).WithTags("Admin").WithSummary("All keys, newest first");
        admin.MapGet("/keys/{id}", KeysEndpoint.GetAsync).WithTags("Admin").WithSummary("One key");
        admin.MapPatch("/keys/{id}", KeysEndpoint.ChangeAsync).WithTags("Admin").WithSummary("Change name, models, expiry, or disable it");
        admin.MapDelete("/keys/{id}", KeysEndpoint.DeleteAsync).WithTags("Admin").WithSummary("Take a key away for good");
        admin.MapPost("/keys/{id}/rotate", KeysEndpoint.RotateAsync).WithTags("Admin").WithSummary("A new secret; the old one stops working at once");

        admin.MapGet("/channels", ChannelsEndpoint.List).WithTags("Admin").WithSummary("All channels, with their health");
        admin.MapPost("/channels", ChannelsEndpoint.CreateAsync).WithTags("Admin").WithSummary("Make a channel; its credential is never given back");
        admin.MapGet("/channels/{id}", ChannelsEndpoint.Get).WithTags("Admin").WithSummary("One channel");
        admin.MapPatch("/channels/{id}", ChannelsEndpoint.ChangeAsync).WithTags("Admin").WithSummary("Change a channel, or disable it");
        admin.MapDelete("/channels/{id}", ChannelsEndpoint.DeleteAsync).WithTags("Admin").WithSummary("Remove a channel");
        admin.MapPost("/channels/{id}/test", ChannelsEndpoint.TestAsync).WithTags("Admin").WithSummary("Ask the upstream something that costs nothing");
    }
}
