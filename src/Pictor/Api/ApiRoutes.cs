using Pictor.Api.Admin;
using Pictor.Api.Assets;
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
        app.MapOpenApi("/openapi/{documentName}.json");

        // No key: the signature in the link is the right to read.
        app.MapMethods("/v1/assets/{name}", ["GET", "HEAD"], AssetsEndpoint.Get).WithTags("Assets").WithSummary("A picture behind its signed link");

        var v1 = app.MapGroup("/v1").AddEndpointFilter<ApiKeyAuthentication>();
        v1.MapPost("/images/generations", GenerationsEndpoint.HandleAsync).WithTags("Images").WithSummary("Make pictures");
        v1.MapGet("/images/generations", JobsEndpoint.ListAsync).WithTags("Jobs").WithSummary("The key's own jobs, newest first");
        v1.MapGet("/images/generations/{id}", JobsEndpoint.GetAsync).WithTags("Jobs").WithSummary("One job; ?wait=SECONDS holds the answer");
        v1.MapPost("/images/generations/{id}/cancel", JobsEndpoint.CancelAsync).WithTags("Jobs").WithSummary("End a job before its time");
        v1.MapGet("/models", ModelsEndpoint.List).WithTags("Models").WithSummary("The models that the key may use");
        v1.MapGet("/models/{id}", ModelsEndpoint.Get).WithTags("Models").WithSummary("One model");

        var admin = app.MapGroup("/admin").AddEndpointFilter<ApiKeyAuthentication>().AddEndpointFilter(ApiKeyAuthentication.RequireAdminAsync);
        admin.MapPost("/keys", KeysEndpoint.CreateAsync).WithTags("Admin").WithSummary("Make a key; its secret is shown once");
        admin.MapGet("/keys", KeysEndpoint.ListAsync).WithTags("Admin").WithSummary("All keys, newest first");
        admin.MapGet("/keys/{id}", KeysEndpoint.GetAsync).WithTags("Admin").WithSummary("One key");
        admin.MapPatch("/keys/{id}", KeysEndpoint.ChangeAsync).WithTags("Admin").WithSummary("Change name, models, expiry, or disable it");
        admin.MapDelete("/keys/{id}", KeysEndpoint.DeleteAsync).WithTags("Admin").WithSummary("Take a key away for good");
        admin.MapPost("/keys/{id}/adjust", KeysEndpoint.AdjustAsync).WithTags("Admin").WithSummary("Give a key more to spend, or less; booked in the ledger");
        admin.MapGet("/ledger/summary", LedgerEndpoint.SummaryAsync).WithTags("Admin").WithSummary("The balance of every account, recomputed");
        admin.MapGet("/ledger/entries", LedgerEndpoint.EntriesAsync).WithTags("Admin").WithSummary("All movements, newest first");
        admin.MapPost("/ledger/verify", LedgerEndpoint.VerifyAsync).WithTags("Admin").WithSummary("Check chain, balances, holds and charges");
        admin.MapPost("/keys/{id}/rotate", KeysEndpoint.RotateAsync).WithTags("Admin").WithSummary("A new secret; the old one stops working at once");
    }
}
