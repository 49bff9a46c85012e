using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Pictor.Cli.Terminal;

/// <summary>A list on stdout: a table for people, tabs between the fields in a pipe, JSON lines on demand.</summary>
internal sealed class Listing(Session session, params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(JsonElement item, params string?[] fields)
    {
        if (session.Screen.IsJson)
        {
            session.Screen.Result(JsonNode.Parse(item.GetRawText())!);
            return;
        }

        string[] row = [.. fields.Select(field => Screen.Clean(field ?? ""))];
        if (session.Surroundings.OutIsTerminal)
        {
            _rows.Add(row);
        }
        else
        {
            session.Screen.Result(string.Join('\t', row));
        }
    }

    /// <summary>Draws what was collected for a terminal.</summary>
    public void End(string whenEmpty)
    {
        if (session.Screen.IsJson || !session.Surroundings.OutIsTerminal)
        {
            return;
        }

        if (_rows.Count == 0)
        {
            session.Screen.Say(whenEmpty);
            return;
        }

        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.ToUpperInvariant())).PadRight(2).NoWrap());
        }

        foreach (var row in _rows)
        {
            table.AddRow(row.Select(field => new Text(field)));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(session.Surroundings.Out), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
        console.Profile.Width = session.Surroundings.Columns() ?? 120;
        console.Write(table);
    }
}
