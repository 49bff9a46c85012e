namespace Pictor.Cli.Terminal;

/// <summary>How this terminal takes pictures, found out from what terminals say of themselves.</summary>
internal static class TerminalKind
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMilliseconds(200);

    public static string Detect(Surroundings surroundings)
    {
        string Variable(string name) => surroundings.Environment(name) ?? "";
        var (term, program) = (Variable("TERM"), Variable("TERM_PROGRAM"));

        // Inside tmux and screen nothing but text gets through unchanged.
        if (Variable("TMUX").Length > 0 || term.StartsWith("screen", StringComparison.Ordinal) || term.StartsWith("tmux", StringComparison.Ordinal))
        {
            return "blocks";
        }

        if (term == "xterm-kitty" || term == "xterm-ghostty" || program is "ghostty" or "WezTerm" || Variable("KITTY_WINDOW_ID").Length > 0)
        {
            return "kitty";
        }

        if (program is "iTerm.app" or "mintty")
        {
            return "iterm2";
        }

        var isKnown = term.StartsWith("foot", StringComparison.Ordinal) || term.Contains("sixel", StringComparison.Ordinal)
            || (int.TryParse(Variable("KONSOLE_VERSION"), out var konsole) && konsole >= 220400);
        return isKnown || (term != "dumb" && surroundings.InIsTerminal && SaysSixel(surroundings)) ? "sixel" : "blocks";
    }

    // Device attributes: the answer ESC [ ? 62 ; 4 ; … c has a 4 where the terminal draws sixels.
    private static bool SaysSixel(Surroundings surroundings)
    {
        try
        {
            surroundings.Out.Write("\e[c");
            surroundings.Out.Flush();
            var answer = "";
            var start = surroundings.Time.GetTimestamp();
            while (surroundings.Time.GetElapsedTime(start) < LongestAnswer && !answer.EndsWith('c'))
            {
                if (Console.KeyAvailable)
                {
                    answer += Console.ReadKey(intercept: true).KeyChar;
                }
                else
                {
                    Thread.Sleep(5);
                }
            }

            var begin = answer.IndexOf('?', StringComparison.Ordinal);
            return begin >= 0 && answer[(begin + 1)..].TrimEnd('c').Split(';').Contains("4");
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
