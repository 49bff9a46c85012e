using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor listen --forward-to URL</c>: your jobs' ends, sent as webhooks to a program on this machine.</summary>
internal static class ListenCommand
{
    public static Command Create(Verbs verbs)
    {
        var forward = new Option<string?>("--forward-to") { Description = "where webhooks go, such as http://localhost:3000/hook; without it they are only told", HelpName = "URL" };
        var secret = new Option<string?>("--secret") { Description = "signs them as the gateway does (Standard Webhooks)", HelpName = "TEXT" };
        var all = new Option<bool>("--all") { Description = "of every key (needs an admin key)" };
        var most = new Option<int>("--exit-after") { Description = "end after so many", HelpName = "N" };
        return verbs.Verb(new Command("listen", "Watch your jobs end, and forward each end as a webhook to a program of yours.") { forward, secret, all, most }, async session =>
        {
            var line = session.Line;
            var forwarder = line.GetValue(forward) is { } address ? new Forwarder(session, address, line.GetValue(secret)) : null;
            var feed = new EventFeed(session.Authorized, line.GetValue(all) ? "/admin/deliveries/events" : "deliveries/events", session.Screen);
            var told = 0;
            await foreach (var item in feed.ReadAsync(() => session.Screen.Say(forwarder is null ? "Listening. Ctrl+C ends it." : $"Listening, and forwarding to {forwarder.Target}. Ctrl+C ends it."), session.Now))
            {
                await TellAsync(session, item.EventId ?? "", item.Data, forwarder);
                if (++told == line.GetValue(most))
                {
                    break;
                }
            }

            return ExitCode.Ok;
        });
    }

    private static async Task TellAsync(Session session, string jobId, string body, Forwarder? forwarder)
    {
        // The very bytes that came: a signature is over bytes.
        var outcome = forwarder is null ? "" : " → " + await forwarder.SendAsync(jobId, body);
        if (session.Screen.IsJson)
        {
            session.Screen.Result(JsonNode.Parse(body)!);
            return;
        }

        using var document = JsonDocument.Parse(body);
        session.Screen.Result($"{Screen.Clean(document.RootElement.Text("type") ?? "")} {Screen.Clean(jobId)}{outcome}");
    }
}
