using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Cli.Terminal;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor models</c>: what the key may use and what a picture costs; with a name, all about one.</summary>
internal static class ModelsCommand
{
    public static Command Create(Verbs verbs)
    {
        var name = new Argument<string?>("name") { Description = "all about one model, as JSON", Arity = ArgumentArity.ZeroOrOne };
        return verbs.Verb(new Command("models", "The models that the key may use, with their prices.") { name }, async session =>
        {
            if (session.Line.GetValue(name) is { } one)
            {
                var model = (await session.Authorized.GetAsync($"models/{Uri.EscapeDataString(one)}", session.Now)).Body;
                session.Screen.Result(JsonNode.Parse(model.GetRawText())!, indented: !session.Screen.IsJson);
                return ExitCode.Ok;
            }

            var listing = new Listing(session, "model", "price", "list price", "references", "sizes");
            foreach (var model in (await session.Authorized.GetAsync("models", session.Now)).Body.Member("data").Items())
            {
                listing.Add(model, model.Text("id"), model.Member("pricing")?.Text("image"), model.Member("pricing")?.Text("image_list"), model.Member("capabilities")?.Text("max_references"), Sizes(model));
            }

            listing.End("The key may use no model.");
            return ExitCode.Ok;
        });
    }

    private static string Sizes(JsonElement model)
    {
        var capabilities = model.Member("capabilities");
        var range = capabilities?.Member("aspect_ratio_range").Items().Select(ratio => ratio.ToString()).ToArray() ?? [];
        return range.Length == 2 ? $"{range[0]} to {range[1]}" : string.Join(' ', (capabilities?.Member("sizes")).Items().Select(size => size.ToString()));
    }
}
