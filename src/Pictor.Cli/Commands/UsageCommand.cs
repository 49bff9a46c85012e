using System.CommandLine;
using System.Text.Json;
using Pictor.Cli.Terminal;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor usage</c>: what was spent, by day, model or key; <c>--all</c> for every key, with an admin key.</summary>
internal static class UsageCommand
{
    private static readonly string[] Groups = ["day", "date", "model", "key", "channel"];

    public static Command Create(Verbs verbs)
    {
        var from = new Option<string?>("--from") { Description = "2026-01-31", HelpName = "DAY" };
        var to = new Option<string?>("--to") { Description = "2026-01-31", HelpName = "DAY" };
        var by = new Option<string?>("--by") { Description = "day, model, key, channel; several with commas", HelpName = "WHAT" };
        var all = new Option<bool>("--all") { Description = "of every key (needs an admin key)" };
        return verbs.Verb(new Command("usage", "What was spent.") { from, to, by, all }, async session =>
        {
            var line = session.Line;
            (string Name, string? Value)[] wanted = [("from", line.GetValue(from)), ("to", line.GetValue(to)), ("by", line.GetValue(by))];
            var query = string.Join('&', wanted.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
            var path = (line.GetValue(all) ? "/admin/usage" : "usage") + (query.Length > 0 ? "?" + query : "");
            var usage = (await session.Authorized.GetAsync(path, session.Now)).Body;
            var listing = new Listing(session, "what", "pictures", "cost", "list price", "upstream", "margin");
            foreach (var row in usage.Member("data").Items())
            {
                listing.Add(row, What(row), row.Text("pictures") ?? row.Text("images"), row.Text("cost"), row.Text("list_price") ?? row.Text("list_cost"), row.Text("upstream_cost"), row.Text("margin"));
            }

            listing.End("Nothing was spent.");
            return ExitCode.Ok;
        });
    }

    private static string What(JsonElement row) => string.Join(" · ", Groups.Select(group => row.Text(group)).Append(Sandbox(row)).Where(text => text is not null));

    // The same day, model or key has two rows then: rehearsed money is no money.
    private static string? Sandbox(JsonElement row) => row.Text("sandbox") == "true" && row.Text("channel") is null ? "(sandbox)" : null;
}
