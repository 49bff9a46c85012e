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
                if (!await TryTellAsync(session, item.EventId ?? "", item.Data, forwarder))
                {
                    session.Screen.Notice("the server has sent an event that is no JSON; it is left out");
                    continue;
                }

                if (++told == line.GetValue(most))
                {
                    break;
                }
            }

            return ExitCode.Ok;
        });
    }

    private static async Task<bool> TryTellAsync(Session session, string jobId, string body, Forwarder? forwarder)
    {
        if (Parse(body) is not { } told)
        {
            return false;
        }

        // The very bytes that came: a signature is over bytes.
        var outcome = forwarder is null ? "" : " → " + await forwarder.SendAsync(jobId, body);
        if (session.Screen.IsJson)
        {
            session.Screen.Result(told);
            return true;
        }

        session.Screen.Result($"{Screen.Clean(told["type"]?.ToString() ?? "")} {Screen.Clean(jobId)}{outcome}");
        return true;
    }

    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
