using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;
using Pictor.Cli.Terminal;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor keys</c>: who may call. Needs an admin key.</summary>
internal static class KeysCommand
{
    public static Command Create(Verbs verbs)
    {
        var command = verbs.Verb(new Command("keys", "Keys of the gateway: list, create, show, disable, enable, rotate, delete (needs an admin key)."), ListAsync);
        command.Add(verbs.Verb(new Command("list", "All keys, newest first."), ListAsync));
        command.Add(CreateKey(verbs));
        command.Add(One(verbs, "show", "One key.", HttpMethod.Get, "", null));
        command.Add(One(verbs, "disable", "Stop a key.", HttpMethod.Patch, "", new JsonObject { ["disabled"] = true }));
        command.Add(One(verbs, "enable", "Let it work again.", HttpMethod.Patch, "", new JsonObject { ["disabled"] = false }));
        command.Add(One(verbs, "rotate", "A new secret; the old one stops at once.", HttpMethod.Post, "/rotate", null));
        command.Add(One(verbs, "delete", "Take it away for good.", HttpMethod.Delete, "", null));
        return command;
    }

    private static async Task<int> ListAsync(Session session)
    {
        var listing = new Listing(session, "id", "name", "key", "admin", "models", "expires", "state");
        await foreach (var key in Pages.ReadAsync(session.Authorized, "/admin/keys", int.MaxValue, session.Now))
        {
            listing.Add(key, key.Text("id"), key.Text("name"), key.Text("hint"), key.Text("admin"), string.Join(' ', key.Member("models").Items().Select(model => model.ToString())), key.Local("expires_at"), key.Text("disabled") == "true" ? "disabled" : "");
        }

        listing.End("There are no keys.");
        return ExitCode.Ok;
    }

    private static Command CreateKey(Verbs verbs)
    {
        var name = new Argument<string>("name");
        var admin = new Option<bool>("--admin") { Description = "an admin key" };
        var models = new Option<string[]>("--model", "-m") { Description = "may use only this model; may be repeated", HelpName = "NAME" };
        var budget = new Option<string?>("--budget") { Description = "what it may spend: 3.50, or 3.50/month", HelpName = "AMOUNT" };
        var expires = new Option<string?>("--expires") { Description = "2027-01-31, or seconds since 1970", HelpName = "TIME" };
        return verbs.Verb(new Command("create", "A new key; its secret is printed once, on stdout.") { name, admin, models, budget, expires }, async session =>
        {
            var line = session.Line;
            var body = new JsonObject { ["name"] = line.GetRequiredValue(name) };
            if (line.GetValue(admin))
            {
                body["admin"] = true;
            }

            if (line.GetValue(models) is { Length: > 0 } allowed)
            {
                body["models"] = new JsonArray([.. allowed.Select(model => (JsonNode)model)]);
            }

            if (line.GetValue(budget)?.Split('/') is { } parts)
            {
                body["budget"] = new JsonObject { ["amount"] = parts[0], ["period"] = parts.Length > 1 ? parts[1] : "once" };
            }

            if (line.GetValue(expires) is { } time)
            {
                body["expires_at"] = long.TryParse(time, out var seconds) ? seconds : time;
            }

            Tell(session, (await session.Authorized.SendJsonAsync(HttpMethod.Post, "/admin/keys", body, CallHeaders.None, session.Now)).Body);
            return ExitCode.Ok;
        });
    }

    private static Command One(Verbs verbs, string verb, string description, HttpMethod method, string action, JsonObject? body)
    {
        var id = new Argument<string>("id");
        return verbs.Verb(new Command(verb, description) { id }, async session =>
        {
            var path = $"/admin/keys/{Uri.EscapeDataString(session.Line.GetRequiredValue(id))}{action}";
            Tell(session, (await session.Authorized.SendJsonAsync(method, path, body?.DeepClone(), CallHeaders.None, session.Now)).Body);
            return ExitCode.Ok;
        });
    }

    private static void Tell(Session session, JsonElement key)
    {
        // A secret alone on stdout can be piped on; what it belongs to is told beside it.
        if (!session.Screen.IsJson && key.Text("key") is { } secret)
        {
            session.Screen.Say($"{key.Text("id")} · {Screen.Clean(key.Text("name") ?? "")} · the secret is shown this once");
            session.Screen.Result(secret);
            return;
        }

        session.Screen.Result(JsonNode.Parse(key.GetRawText())!, indented: !session.Screen.IsJson);
    }
}
