using Pictor.Api.Jobs;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Jobs;
using Pictor.Webhooks;

namespace Pictor.Api.Deliveries;

/// <summary><c>/admin/deliveries</c> and the deliveries of a caller's own job: every try with what came of it.</summary>
internal static class DeliveriesEndpoint
{
    private static readonly string[] States = [Delivery.Pending, Delivery.Delivered, Delivery.Failed, Delivery.Disabled];

    public static async Task<IResult> OfJobAsync(HttpContext http, string id, JobStore jobs, DeliveryStore deliveries)
    {
        var paging = Paging.Of(http);
        var job = await JobsEndpoint.FindAsync(http, id, jobs);
        return await PageAsync(http, new DeliveryFilter { Limit = paging.Limit, After = paging.After, JobId = job.Id }, deliveries);
    }

    public static Task<IResult> ListAsync(HttpContext http, DeliveryStore deliveries)
    {
        var paging = Paging.Of(http);
        var state = QueryFilters.Text(http, "status");
        if (state is not null && !States.Contains(state, StringComparer.Ordinal))
        {
            throw RequestRules.Invalid($"status must be one of {string.Join(", ", States)}", "status");
        }

        return PageAsync(
            http,
            new DeliveryFilter { Limit = paging.Limit, After = paging.After, JobId = QueryFilters.Text(http, "job"), KeyId = QueryFilters.Text(http, "key"), State = state },
            deliveries);
    }

    public static async Task<IResult> GetAsync(HttpContext http, string id, DeliveryStore deliveries) =>
        await ShowAsync(http, id.Length <= 64 ? await deliveries.FindAsync(id, http.RequestAborted) : null, deliveries);

    public static async Task<IResult> ResendAsync(HttpContext http, string id, DeliveryStore deliveries, DeliverySignals signals)
    {
        var delivery = id.Length <= 64 ? await deliveries.ResendAsync(id, http.RequestAborted) : null;
        signals.Wake();
        return await ShowAsync(http, delivery, deliveries);
    }

    public static async Task<IResult> DisableAsync(HttpContext http, string id, DeliveryStore deliveries) =>
        await ShowAsync(http, id.Length <= 64 ? await deliveries.DisableAsync(id, http.RequestAborted) : null, deliveries);

    private static async Task<IResult> PageAsync(HttpContext http, DeliveryFilter filter, DeliveryStore deliveries)
    {
        var found = await deliveries.ListAsync(filter with { Limit = filter.Limit + 1 }, http.RequestAborted);
        var shown = found.Take(filter.Limit).ToList();
        var tries = (await deliveries.TriesAsync([.. shown.Select(delivery => delivery.Id)], http.RequestAborted)).ToLookup(made => made.DeliveryId, StringComparer.Ordinal);
        return Results.Json(
            new DeliveryListWire([.. shown.Select(delivery => DeliveryWire.Of(delivery, tries[delivery.Id]))], found.Count > filter.Limit),
            DeliveriesWire.Default.DeliveryListWire);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Delivery? delivery, DeliveryStore deliveries) =>
        delivery is null
            ? throw new GatewayException(ErrorKind.NotFound, "No such delivery.", "id")
            : Results.Json(DeliveryWire.Of(delivery, await deliveries.TriesAsync([delivery.Id], http.RequestAborted)), DeliveriesWire.Default.DeliveryWire);
}
