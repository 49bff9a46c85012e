using System.Text;
using System.Text.Json.Nodes;

namespace Pictor.Cli;

/// <summary>What the user sees: results on stdout, everything else on stderr, colours and a moving line only on a terminal.</summary>
internal sealed class Screen(Surroundings surroundings, bool json, bool quiet)
{
    private readonly Lock _gate = new();
    private readonly bool _colour = surroundings.ErrorIsTerminal && string.IsNullOrEmpty(surroundings.Environment("NO_COLOR")) && surroundings.Environment("TERM") != "dumb";
    private string? _moving;

    public bool IsJson => json;

    /// <summary>Whether a moving line is shown at all.</summary>
    public bool Moves => surroundings.ErrorIsTerminal && !quiet && surroundings.Environment("TERM") != "dumb";

    /// <summary>One line of the result.</summary>
    public void Result(string text)
    {
        lock (_gate)
        {
            Erase();
            surroundings.Out.WriteLine(text);
            Redraw();
        }
    }

    /// <summary>One line of the result for programs.</summary>
    public void Result(JsonNode node) => Result(JsonText.Line(node));

    public void Result(JsonNode node, bool indented) => Result(indented ? JsonText.Indented(node).TrimEnd() : JsonText.Line(node));

    /// <summary>Bytes for the terminal itself: a picture.</summary>
    public void Raw(string sequence)
    {
        lock (_gate)
        {
            Erase();
            surroundings.Out.Write(sequence);
            surroundings.Out.Flush();
        }
    }

    public void Notice(string text)
    {
        if (!quiet)
        {
            Tell(text, "\e[2m");
        }
    }

    public void Warning(string text)
    {
        if (!quiet)
        {
            Tell("warning: " + text, "\e[33m");
        }
    }

    public void Fault(string text) => Tell("error: " + text, "\e[31m");

    /// <summary>An error for programs: one JSON line on stderr.</summary>
    public void FaultJson(JsonNode error) => Tell(JsonText.Line(error), "");

    /// <summary>A line for people that belongs to no level.</summary>
    public void Say(string text)
    {
        if (!quiet)
        {
            Tell(text, "");
        }
    }

    /// <summary>A question on stderr, so that stdout stays clean.</summary>
    public void Prompt(string text)
    {
        lock (_gate)
        {
            Erase();
            surroundings.Error.Write(text);
        }
    }

    /// <summary>The line that is written over itself; null takes it away.</summary>
    public void Move(string? text)
    {
        if (Moves)
        {
            lock (_gate)
            {
                Erase();
                _moving = text;
                Redraw();
            }
        }
    }

    /// <summary>A server's words without what could steer a terminal.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            clean.Append(char.IsControl(character) ? ' ' : character);
        }

        return clean.ToString().Trim();
    }

    private void Tell(string text, string colour)
    {
        lock (_gate)
        {
            Erase();
            surroundings.Error.WriteLine(_colour && colour.Length > 0 ? $"{colour}{text}\e[0m" : text);
            Redraw();
        }
    }

    private void Erase()
    {
        if (_moving is not null)
        {
            surroundings.Error.Write("\r\e[K");
        }
    }

    private void Redraw()
    {
        if (_moving is not null)
        {
            var width = (surroundings.Columns() ?? 80) - 1;
            surroundings.Error.Write(_moving.Length > width ? _moving[..Math.Max(1, width)] : _moving);
        }
    }
}
