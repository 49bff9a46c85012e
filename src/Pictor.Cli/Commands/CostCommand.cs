using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pictor.Cli.Batch;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor cost -m flux-kontext-pro -n 100</c>: our price, the list price, what is saved.</summary>
internal static class CostCommand
{
    public static Command Create(Verbs verbs)
    {
        var model = new Option<string?>("--model", "-m") { Description = "a name from: pictor models", HelpName = "NAME" };
        var count = new Option<int>("--count", "-n", "--n") { Description = "pictures (1)", DefaultValueFactory = _ => 1, HelpName = "N" };
        var size = new Option<string?>("--size") { Description = "where the price depends on it", HelpName = "WxH" };
        var quality = new Option<string?>("--quality") { Description = "where the price depends on it", HelpName = "TEXT" };
        return verbs.Verb(new Command("cost", "What pictures cost here, and what their vendor asks.") { model, count, size, quality }, async session =>
        {
            var line = session.Line;
            var n = line.GetValue(count) is >= 1 and <= 100_000_000 and var given ? given : throw CliException.Usage("-n is 1 or more.");
            var body = new JsonObject();
            foreach (var (name, value) in new[] { ("model", session.Find(Settings.SettingName.Model, line.GetValue(model))), ("size", line.GetValue(size)), ("quality", line.GetValue(quality)) })
            {
                if (value is not null)
                {
                    body[name] = value;
                }
            }

            if (!body.ContainsKey("model"))
            {
                throw CliException.Usage("Which model? -m NAME");
            }

            // One picture is asked for: a request has at most ten, a bill has no such bound.
            _ = session.Authorized;
            var one = await new PriceBook(session.Client) { TellsRefusals = true }.PriceOfAsync(body, session.Now)
                ?? throw new CliException($"The server tells no price for {body["model"]}.");
            Tell(session, body["model"]!.ToString(), n, one);
            return ExitCode.Ok;
        });
    }

    private static void Tell(Session session, string model, int n, Estimate one)
    {
        var (cost, list) = (one.Cost * n, (one.List ?? one.Cost) * n);
        var saved = list - cost;
        var percent = list == 0 ? 0 : saved / list * 100;
        if (session.Screen.IsJson)
        {
            session.Screen.Result(new JsonObject
            {
                ["model"] = model, ["n"] = n, ["price"] = Money(one.Cost), ["cost"] = Money(cost), ["list_price"] = Money(list), ["saved"] = Money(saved),
                ["saved_percent"] = decimal.Parse(percent.ToString("0.#", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), ["currency"] = one.Currency,
            });
            return;
        }

        session.Screen.Result(string.Create(CultureInfo.InvariantCulture, $"{n} × {model}: {Money(cost)} {one.Currency} · list price {Money(list)} {one.Currency} · saved {Money(saved)} {one.Currency} ({percent:0.#} %)"));
    }

    private static string Money(decimal amount) => amount.ToString("0.00####", CultureInfo.InvariantCulture);
}
