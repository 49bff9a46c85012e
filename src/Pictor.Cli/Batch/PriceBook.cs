using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;

namespace Pictor.Cli.Batch;

/// <summary>What a request would cost, and what the vendor's list says.</summary>
internal sealed record Estimate(decimal Cost, decimal? List, string Currency);

/// <summary>Asks the server for prices, once for each kind of request: its estimate door, else its list of models.</summary>
internal sealed class PriceBook(GatewayClient client)
{
    private static readonly string[] WithoutPrice = ["prompt", "seed", "user", "webhook_url", "webhook_secret", "image", "images", "mask"];
    private readonly ConcurrentDictionary<string, Task<Estimate?>> _known = new(StringComparer.Ordinal);
    private Task<JsonElement>? _models;
    private bool _hasEstimates = true;

    /// <summary>Whether a request that the server would refuse is a failure; otherwise that is for its own answer to say.</summary>
    public bool TellsRefusals { get; init; }

    /// <summary>The price of a request, or null where the server tells none.</summary>
    public async Task<Estimate?> PriceOfAsync(JsonObject body, CancellationToken cancellationToken)
    {
        var kind = (JsonObject)body.DeepClone();
        foreach (var name in WithoutPrice)
        {
            kind.Remove(name);
        }

        var line = JsonText.Line(kind);
        try
        {
            return await _known.GetOrAdd(line, _ => AskAsync(kind, cancellationToken));
        }
        catch
        {
            // That it could not be asked is no answer: the next row asks again.
            _known.TryRemove(line, out _);
            throw;
        }
    }

    /// <summary>The member of a decimal amount, however it is written, from an estimate's answer.</summary>
    public static Estimate? Read(JsonElement answer) =>
        (answer.Money("cost") ?? answer.Money("price") ?? answer.Member("price")?.Money("total") ?? answer.Member("price")?.Money("cost")) is { } cost
            ? new Estimate(cost, answer.Money("list_price") ?? answer.Money("list_cost") ?? answer.Member("price")?.Money("list"), answer.Text("currency") ?? "USD")
            : null;

    private async Task<Estimate?> AskAsync(JsonObject kind, CancellationToken cancellationToken)
    {
        if (_hasEstimates)
        {
            try
            {
                var body = (JsonObject)kind.DeepClone();
                body["prompt"] = "price";
                var answer = await client.SendJsonAsync(HttpMethod.Post, "images/estimate", body, CallHeaders.None, cancellationToken);
                if (Read(answer.Body) is { } estimate)
                {
                    return estimate;
                }
            }
            catch (ApiException fault) when (fault.IsMissingDoor)
            {
                _hasEstimates = false;
            }
            catch (ApiException fault) when (fault.Status is 400 or 422 && !(TellsRefusals && fault.Param is not null))
            {
                // What it does not like of this kind is for the row's own answer to say.
            }
        }

        return await FromModelsAsync(kind, cancellationToken);
    }

    private async Task<Estimate?> FromModelsAsync(JsonObject kind, CancellationToken cancellationToken)
    {
        var n = BatchRow.CountOf(kind);
        var list = _models is { } known ? await known : await ModelsAsync(cancellationToken);
        var name = kind["model"]?.ToString();
        var pricing = list.Member("data").Items().FirstOrDefault(model => string.Equals(model.Text("id"), name, StringComparison.OrdinalIgnoreCase)).Member("pricing");
        return pricing?.Money("image") is { } image
            ? new Estimate(image * n, pricing?.Money("image_list") * n, pricing?.Text("currency") ?? "USD")
            : null;
    }

    private async Task<JsonElement> ModelsAsync(CancellationToken cancellationToken)
    {
        JsonElement list = default;
        try
        {
            list = (await client.GetAsync("models", cancellationToken)).Body;
        }
        catch (ApiException fault) when (fault.IsMissingDoor)
        {
            // There is no list, and so there are no prices.
        }

        _models = Task.FromResult(list);
        return list;
    }
}
