using Pictor.Api.Admin;
using Pictor.Api.Assets;
using Pictor.Api.Billing;
using Pictor.Api.Chat;
using Pictor.Api.Deliveries;
using Pictor.Api.Estimate;
using Pictor.Api.Health;
using Pictor.Api.Images;
using Pictor.Api.Jobs;
using Pictor.Api.Metrics;
using Pictor.Api.Models;
using Pictor.Api.Usage;

namespace Pictor.Api;

/// <summary>Every route of the gateway, on one page.</summary>
internal static class ApiRoutes
{
    public static void MapApi(this WebApplication app)
    {
        app.MapGet("/healthz", HealthEndpoint.Live).WithSummary("Whether the process lives");
        app.MapGet("/readyz", HealthEndpoint.ReadyAsync).WithSummary("Whether it should be sent work, and if not, why");
        app.MapGet("/metrics", MetricsEndpoint.GetAsync).WithSummary("For Prometheus; an admin key, but not on this machine");
        app.MapOpenApi("/openapi/v1.json");

        // No key: the signature in the link is the right to read.
        app.MapMethods("/v1/assets/{name}", ["GET", "HEAD"], AssetsEndpoint.GetAsync).WithTags("Assets").WithSummary("A picture behind its signed link");

        var v1 = app.MapGroup("/v1").AddEndpointFilter<ApiKeyAuthentication>();
        v1.MapPost("/images/generations", GenerationsEndpoint.HandleAsync).WithTags("Images").WithSummary("Make pictures");
        v1.MapPost("/images/estimate", EstimateEndpoint.HandleAsync).WithTags("Images").WithSummary("What a request would cost; nothing is run or held");
        v1.MapGet("/usage", UsageEndpoint.OwnAsync).WithTags("Usage").WithSummary("The key's own spending, by day, model or key");
        v1.MapPost("/images/edits", EditsEndpoint.HandleAsync).WithTags("Images").WithSummary("Change pictures: a form or JSON");
        v1.MapPost("/images/variations", VariationsEndpoint.HandleAsync).WithTags("Images").WithSummary("Draw a picture anew");
        v1.MapPost("/images", OpenRouterEndpoint.HandleAsync).WithTags("Images").WithSummary("Make pictures, in the shape of OpenRouter's clients");
        v1.MapGet("/images/generations", JobsEndpoint.ListAsync).WithTags("Jobs").WithSummary("The key's own jobs, newest first");
        v1.MapGet("/images/generations/{id}", JobsEndpoint.GetAsync).WithTags("Jobs").WithSummary("One job; ?wait=SECONDS holds the answer");
        v1.MapGet("/images/generations/{id}/events", JobEventsEndpoint.HandleAsync).WithTags("Jobs").WithSummary("One job as a stream of events: state, progress, result");
        v1.MapPost("/images/generations/{id}/cancel", JobsEndpoint.CancelAsync).WithTags("Jobs").WithSummary("End a job before its time");
        v1.MapGet("/images/tasks/{id}", TasksEndpoint.HandleAsync).WithTags("Jobs").WithSummary("One job, in the shape that relay nodes poll");
        v1.MapGet("/images/generations/{id}/deliveries", DeliveriesEndpoint.OfJobAsync).WithTags("Jobs").WithSummary("What was told of a job, to whom, and what they said");
        v1.MapGet("/deliveries/events", DeliveryEventsEndpoint.OwnAsync).WithTags("Jobs").WithSummary("SSE: what a webhook would be told, as it happens");
        v1.MapPost("/chat/completions", ChatCompletionsEndpoint.HandleAsync).WithTags("Chat").WithSummary("A picture as a chat answer");
        v1.MapGet("/models", ModelsEndpoint.List).WithTags("Models").WithSummary("The models that the key may use");
        v1.MapGet("/models/{**id}", ModelsEndpoint.Get).WithTags("Models").WithSummary("One model");

        foreach (var start in (string[])["/dashboard", "/v1/dashboard"])
        {
            var billing = app.MapGroup(start + "/billing").AddEndpointFilter<ApiKeyAuthentication>();
            billing.MapGet("/subscription", BillingEndpoint.SubscriptionAsync).WithTags("Billing").WithSummary("The limits of the key, for the balance line of chat shells");
            billing.MapGet("/usage", BillingEndpoint.UsageAsync).WithTags("Billing").WithSummary("What the key has spent, in hundredths of a dollar");
        }

        var admin = app.MapGroup("/admin").AddEndpointFilter<ApiKeyAuthentication>().AddEndpointFilter(ApiKeyAuthentication.RequireAdminAsync);
        admin.MapPost("/keys", KeysEndpoint.CreateAsync).WithTags("Admin").WithSummary("Make a key; its secret is shown once");
        admin.MapGet("/keys", KeysEndpoint.ListAsync).WithTags("Admin").WithSummary("All keys, newest first");
        admin.MapGet("/keys/{id}", KeysEndpoint.GetAsync).WithTags("Admin").WithSummary("One key");
        admin.MapPatch("/keys/{id}", KeysEndpoint.ChangeAsync).WithTags("Admin").WithSummary("Change name, models, expiry, or disable it");
        admin.MapDelete("/keys/{id}", KeysEndpoint.DeleteAsync).WithTags("Admin").WithSummary("Take a key away for good");
        admin.MapPost("/keys/{id}/adjust", KeysEndpoint.AdjustAsync).WithTags("Admin").WithSummary("Give a key more to spend, or less; booked in the ledger");
        admin.MapGet("/jobs", AdminJobsEndpoint.ListAsync).WithTags("Admin").WithSummary("Any key's jobs, newest first");
        admin.MapGet("/jobs/{id}", AdminJobsEndpoint.GetAsync).WithTags("Admin").WithSummary("One job with its attempts");
        admin.MapGet("/deliveries", DeliveriesEndpoint.ListAsync).WithTags("Admin").WithSummary("All deliveries, newest first");
        admin.MapGet("/deliveries/events", DeliveryEventsEndpoint.AllAsync).WithTags("Admin").WithSummary("SSE: what webhooks would be told, for every key");
        admin.MapGet("/deliveries/{id}", DeliveriesEndpoint.GetAsync).WithTags("Admin").WithSummary("One delivery with its tries");
        admin.MapPost("/deliveries/{id}/resend", DeliveriesEndpoint.ResendAsync).WithTags("Admin").WithSummary("Deliver again, now");
        admin.MapPost("/deliveries/{id}/disable", DeliveriesEndpoint.DisableAsync).WithTags("Admin").WithSummary("Try a delivery no more");
        admin.MapGet("/usage", UsageEndpoint.AllAsync).WithTags("Admin").WithSummary("Pictures, cost, list price, upstream cost and margin");
        admin.MapGet("/prices", PricesEndpoint.List).WithTags("Admin").WithSummary("The price of every model, beside its list price");
        admin.MapPut("/prices/{**model}", PricesEndpoint.PutAsync).WithTags("Admin").WithSummary("Set the price of a model from a time on");
        admin.MapGet("/ledger/summary", LedgerEndpoint.SummaryAsync).WithTags("Admin").WithSummary("The balance of every account, recomputed");
        admin.MapGet("/ledger/entries", LedgerEndpoint.EntriesAsync).WithTags("Admin").WithSummary("All movements, newest first");
        admin.MapPost("/ledger/verify", LedgerEndpoint.VerifyAsync).WithTags("Admin").WithSummary("Check chain, balances, holds and charges");
        admin.MapPost("/keys/{id}/rotate", KeysEndpoint.RotateAsync).WithTags("Admin").WithSummary("A new secret; the old one stops working at once");

        admin.MapGet("/channels", ChannelsEndpoint.List).WithTags("Admin").WithSummary("All channels, with their health");
        admin.MapPost("/channels", ChannelsEndpoint.CreateAsync).WithTags("Admin").WithSummary("Make a channel; its credential is never given back");
        admin.MapGet("/channels/{id}", ChannelsEndpoint.Get).WithTags("Admin").WithSummary("One channel");
        admin.MapPatch("/channels/{id}", ChannelsEndpoint.ChangeAsync).WithTags("Admin").WithSummary("Change a channel, or disable it");
        admin.MapDelete("/channels/{id}", ChannelsEndpoint.DeleteAsync).WithTags("Admin").WithSummary("Remove a channel");
        admin.MapPost("/channels/{id}/test", ChannelsEndpoint.TestAsync).WithTags("Admin").WithSummary("Ask the upstream something that costs nothing");
    }
}
