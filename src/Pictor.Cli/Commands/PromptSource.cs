using System.CommandLine;

namespace Pictor.Cli.Commands;

/// <summary>The prompt: words of the line, <c>--prompt</c>, <c>@file</c>, or stdin.</summary>
internal sealed class PromptSource
{
    public Argument<string[]> Words { get; } = new("prompt") { Description = "the words, @file, or - for stdin", Arity = ArgumentArity.ZeroOrMore };

    public Option<string?> Flag { get; } = new("--prompt") { Description = "the same as an option", HelpName = "TEXT" };

    public void AddTo(Command command)
    {
        command.Add(Words);
        command.Add(Flag);
    }

    /// <exception cref="CliException">There is none, and it is required.</exception>
    public async Task<string?> ReadAsync(Session session, bool isRequired, bool stdinIsTaken)
    {
        var words = session.Line.GetValue(Words) ?? [];
        var text = session.Line.GetValue(Flag) ?? (words.Length == 0 ? null : string.Join(' ', words));
        var surroundings = session.Surroundings;
        if (text is "-" || (text is null && isRequired && !stdinIsTaken && !surroundings.InIsTerminal))
        {
            text = await surroundings.ReadToEndAsync(session.Now);
        }
        else if (text is { Length: > 1 } && text[0] == '@')
        {
            text = ReadFile(surroundings.PathOf(text[1..]), text[1..]);
        }

        text = text?.Trim().TrimStart('\uFEFF');
        return string.IsNullOrEmpty(text) && isRequired ? throw CliException.Usage("There is no prompt: pictor generate \"a cat\", @file, or pipe it in.") : text;
    }

    private static string ReadFile(string path, string shown)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"The prompt file {shown} cannot be read: {fault.Message}");
        }
    }
}
