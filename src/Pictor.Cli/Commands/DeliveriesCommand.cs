using System.CommandLine;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;
using Pictor.Cli.Terminal;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor deliveries</c>: what was sent to webhooks, and sending it again. Needs an admin key; those of one job do not.</summary>
internal static class DeliveriesCommand
{
    public static Command Create(Verbs verbs)
    {
        var job = new Option<string?>("--job") { Description = "of one job of yours (no admin key needed)", HelpName = "ID" };
        var limit = new Option<int>("--limit", "-n") { Description = "how many (20)", DefaultValueFactory = _ => 20, HelpName = "N" };
        var command = verbs.Verb(new Command("deliveries", "What was sent to webhooks: list, resend.") { job, limit }, session =>
            ListAsync(session, session.Line.GetValue(job) is { } id ? $"images/generations/{Uri.EscapeDataString(id)}/deliveries" : "/admin/deliveries", session.Line.GetValue(limit)));
        var delivery = new Argument<string>("id");
        command.Add(verbs.Verb(new Command("resend", "Send one again.") { delivery }, async session =>
        {
            var answer = await session.Authorized.SendJsonAsync(HttpMethod.Post, $"/admin/deliveries/{Uri.EscapeDataString(session.Line.GetRequiredValue(delivery))}/resend", null, CallHeaders.None, session.Now);
            session.Screen.Result(JsonNode.Parse(answer.Body.GetRawText())!, indented: !session.Screen.IsJson);
            return ExitCode.Ok;
        }));
        return command;
    }

    public static async Task<int> ListAsync(Session session, string path, int most)
    {
        var listing = new Listing(session, "id", "job", "event", "state", "tries", "last status", "url");
        await foreach (var delivery in Pages.ReadAsync(session.Authorized, path, most, session.Now))
        {
            var tries = delivery.Member("attempts") ?? delivery.Member("tries");
            listing.Add(delivery, delivery.Text("id"), delivery.Text("job") ?? delivery.Text("job_id"), delivery.Text("event") ?? delivery.Text("type"), delivery.Text("state") ?? delivery.Text("status"),
                delivery.Text("attempts") ?? delivery.Text("tries") ?? tries.Items().Count().ToString(), delivery.Text("last_status") ?? tries.Items().LastOrDefault().Text("status"), delivery.Text("url"));
        }

        listing.End("Nothing was delivered.");
        return ExitCode.Ok;
    }
}
