using System.CommandLine;

namespace Pictor.Cli;

/// <summary>Without a verb the line is a <c>generate</c>: <c>pictor "a cat"</c>, and the seed script's <c>--prompt … --size …</c>.</summary>
internal static class DefaultVerb
{
    /// <exception cref="CliException">The first word looks like a verb with a slip of the finger: it must not become a picture.</exception>
    public static IReadOnlyList<string> Insert(IReadOnlyList<string> args, RootCommand root)
    {
        var verbs = root.Subcommands.SelectMany(command => command.Aliases.Append(command.Name)).ToHashSet(StringComparer.Ordinal);
        var index = 0;
        while (index < args.Count && IsGlobal(args[index], root, out var takesValue))
        {
            index += takesValue && !args[index].Contains('=', StringComparison.Ordinal) ? 2 : 1;
        }

        if (index >= args.Count || verbs.Contains(args[index]) || args[index] is "--help" or "-h" or "-?" or "/?" or "--version" || args[index].StartsWith("[suggest", StringComparison.Ordinal))
        {
            return args;
        }

        var first = args[index];
        if (first.Length > 2 && first.All(char.IsAsciiLetterLower) && verbs.FirstOrDefault(verb => Distance(first, verb) <= (verb.Length > 4 ? 2 : 1)) is { } meant)
        {
            throw CliException.Usage($"'{first}' is no command; did you mean '{meant}'? For a picture of it: pictor generate {first}");
        }

        return [.. args.Take(index), "generate", .. args.Skip(index)];
    }

    private static bool IsGlobal(string word, RootCommand root, out bool takesValue)
    {
        var name = word.Split('=', 2)[0];
        var option = root.Options.FirstOrDefault(option => option.Recursive && option.Name is not "--help" && (option.Name == name || option.Aliases.Contains(name)));
        takesValue = option is not null && option.ValueType != typeof(bool);
        return option is not null;
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
