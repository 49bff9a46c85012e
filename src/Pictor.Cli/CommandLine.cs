using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;

namespace Pictor.Cli;

/// <summary>From words to an exit code: reads the line, runs the verb, tells what went wrong.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Surroundings surroundings)
    {
        var globals = new GlobalOptions();
        var root = CommandList.Create(globals, surroundings);
        var screen = new Screen(surroundings, args.Contains("--json", StringComparer.Ordinal), quiet: false);
        try
        {
            var words = DefaultVerb.Insert(args, root);

            // A prompt may start with @: that is a file of ours and not a response file of the parser's.
            var line = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
            if (line.Errors.Count > 0 && line.Action is not HelpAction)
            {
                foreach (var error in line.Errors)
                {
                    screen.Fault(Plain(error.Message));
                }

                screen.Say($"pictor {string.Join(' ', line.CommandResult.Command == root ? [] : [line.CommandResult.Command.Name + " "])}--help says what there is.");
                return ExitCode.UsageOrCancelled;
            }

            RefuseLostOptions(line);
            return await line.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = surroundings.Out, Error = surroundings.Error }, CancellationToken.None);
        }
        catch (OperationCanceledException) when (surroundings.Interrupts.Asked.IsCancellationRequested)
        {
            return Tell(screen, new CliException("Stopped.", ExitCode.UsageOrCancelled));
        }
        catch (CliException fault)
        {
            return Tell(screen, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or Imaging.PictureException)
        {
            return Tell(screen, new CliException(fault.Message));
        }
    }

    // The parser tells a number that is none by the name of a type.
    private static string Plain(string message)
    {
        const string Type = " as expected type '";
        var at = message.IndexOf(Type, StringComparison.Ordinal);
        return at < 0 ? message : message[..at] + (message[at..].Contains("Int", StringComparison.Ordinal) ? " as a whole number." : message[at..].Contains("Boolean", StringComparison.Ordinal) ? " as true or false." : ".");
    }

    // What the parser does not know it takes for a word: a slip in an option must not become part of a paid prompt.
    private static void RefuseLostOptions(ParseResult line)
    {
        var words = line.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).ToHashSet(ReferenceEqualityComparer.Instance);
        var before = line.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash);
        if (before.FirstOrDefault(token => words.Contains(token) && token.Value.Length > 1 && token.Value[0] == '-' && !token.Value.Any(char.IsWhiteSpace) && !char.IsAsciiDigit(token.Value[1])) is { } lost)
        {
            throw CliException.Usage($"There is no option {lost.Value}. A prompt that begins with a dash stands behind --");
        }
    }

    public static int Tell(Screen screen, CliException fault)
    {
        screen.Move(null);
        if (!screen.IsJson)
        {
            screen.Fault(Screen.Clean(fault.Message) + (Cause(fault) is ApiException { RequestId: { } id } ? $" (request {Screen.Clean(id)})" : ""));
            return fault.ExitCode;
        }

        screen.FaultJson(ErrorJson(fault));
        return fault.ExitCode;
    }

    public static JsonObject ErrorJson(CliException fault)
    {
        var error = new JsonObject { ["message"] = fault.Message };
        if (Cause(fault) is ApiException api)
        {
            error["status"] = api.Status;
            error["code"] = api.Code;
            error["param"] = api.Param;
            error["request_id"] = api.RequestId;
            error["job"] = api.JobId;
        }

        if (fault is JobLeftException left)
        {
            error["job"] = left.JobId;
        }

        foreach (var empty in error.Where(member => member.Value is null).Select(member => member.Key).ToArray())
        {
            error.Remove(empty);
        }

        error["exit_code"] = fault.ExitCode;
        return new JsonObject { ["error"] = error };
    }

    private static CliException Cause(CliException fault) => fault is JobLeftException left ? left.Cause : fault;
}
