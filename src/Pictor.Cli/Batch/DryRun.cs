using System.Globalization;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;

namespace Pictor.Cli.Batch;

/// <summary>Reads a list to its end, tells its mistakes and its price, and sends nothing that costs.</summary>
internal static class DryRun
{
    public static async Task<int> RunAsync(Session session, RowFile rows, decimal? price)
    {
        var prices = new PriceBook(session.Client) { TellsRefusals = true };
        var prints = new ReferencePrints(session.Surroundings);
        var names = new OutputNames(session.Surroundings.Folder);
        var (good, broken, pictures, unpriced) = (0, 0, 0, 0);
        var (cost, list, currency) = (0m, 0m, "USD");
        foreach (var row in rows.Read(session.Screen.Notice))
        {
            if (Fault(row, prints, names) is { } fault)
            {
                broken++;
                session.Screen.Fault($"line {row.Line}: {Screen.Clean(fault)}");
                continue;
            }

            Estimate? estimate;
            try
            {
                estimate = price is null ? await prices.PriceOfAsync(row.Parameters, session.Now) : new Estimate(price.Value * row.Count, null, currency);
            }
            catch (ApiException refused) when (refused.Param is not null && refused.Status is 400 or 422)
            {
                broken++;
                session.Screen.Fault($"line {row.Line}: {Screen.Clean(refused.Message)}");
                continue;
            }

            good++;
            pictures += row.Count;
            unpriced += estimate is null ? 1 : 0;
            cost += estimate?.Cost ?? 0;
            list += estimate?.List ?? estimate?.Cost ?? 0;
            currency = estimate?.Currency ?? currency;
        }

        if (session.Screen.IsJson)
        {
            session.Screen.Result(new JsonObject { ["rows"] = good, ["broken"] = broken, ["pictures"] = pictures, ["unpriced"] = unpriced, ["cost"] = Money(cost), ["list_price"] = Money(list), ["currency"] = currency });
        }
        else
        {
            session.Screen.Result(string.Create(CultureInfo.InvariantCulture, $"{good} rows, {pictures} pictures: {Money(cost)} {currency} (list price {Money(list)}){(broken > 0 ? $"; {broken} broken rows" : "")}{(unpriced > 0 ? $"; {unpriced} rows without a known price" : "")}"));
        }

        return broken == 0 ? ExitCode.Ok : good == 0 ? ExitCode.Failed : ExitCode.Partial;
    }

    private static string? Fault(BatchRow row, ReferencePrints prints, OutputNames names)
    {
        var fault = row.Fault ?? names.Take(row, []);
        if (fault is null)
        {
            prints.TryPrint(row, out fault);
        }

        return fault;
    }

    private static string Money(decimal amount) => amount.ToString("0.00####", CultureInfo.InvariantCulture);
}
