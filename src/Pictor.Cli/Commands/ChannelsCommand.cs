using System.CommandLine;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;
using Pictor.Cli.Terminal;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor channels</c>: the ways out to the vendors. Needs an admin key.</summary>
internal static class ChannelsCommand
{
    public static Command Create(Verbs verbs)
    {
        var command = verbs.Verb(new Command("channels", "Channels of the gateway: list, show, test (needs an admin key)."), ListAsync);
        command.Add(verbs.Verb(new Command("list", "All channels."), ListAsync));
        command.Add(One(verbs, "show", "One channel.", HttpMethod.Get, ""));
        command.Add(One(verbs, "test", "Whether it can be reached; spends nothing.", HttpMethod.Post, "/test"));
        return command;
    }

    private static async Task<int> ListAsync(Session session)
    {
        var listing = new Listing(session, "id", "provider", "models", "enabled", "health", "last error");
        await foreach (var channel in Pages.ReadAsync(session.Authorized, "/admin/channels", int.MaxValue, session.Now))
        {
            var models = channel.Member("models") is { ValueKind: System.Text.Json.JsonValueKind.Object } map ? map.EnumerateObject().Select(model => model.Name) : channel.Member("models").Items().Select(model => model.ToString());
            var health = channel.Member("health");
            listing.Add(channel, channel.Text("id"), channel.Text("provider"), string.Join(' ', models), channel.Text("enabled"), health?.Text("state"), health?.Text("last_error"));
        }

        listing.End("There are no channels: the Sandbox answers.");
        return ExitCode.Ok;
    }

    private static Command One(Verbs verbs, string verb, string description, HttpMethod method, string action)
    {
        var id = new Argument<string>("id");
        return verbs.Verb(new Command(verb, description) { id }, async session =>
        {
            var path = $"/admin/channels/{Uri.EscapeDataString(session.Line.GetRequiredValue(id))}{action}";
            var answer = await session.Authorized.SendJsonAsync(method, path, null, CallHeaders.None, session.Now);
            session.Screen.Result(JsonNode.Parse(answer.Body.GetRawText())!, indented: !session.Screen.IsJson);

            // A test that was made and failed is an answer of the server, and a failure for scripts.
            return answer.Body.Text("ok") == "false" && answer.Body.Text("tested") != "false" ? ExitCode.Failed : ExitCode.Ok;
        });
    }
}
