using System.CommandLine;

namespace Pictor.Cli;

/// <summary>Gives a command its action: a session made from the line, and closed after it.</summary>
internal sealed class Verbs(GlobalOptions globals, Surroundings surroundings)
{
    public Command Verb(Command command, Func<Session, Task<int>> run)
    {
        command.SetAction(async (line, _) =>
        {
            using var session = new Session(surroundings, line, globals);
            return await run(session);
        });
        return command;
    }

    public Command Verb(Command command, Func<Session, int> run) => Verb(command, session => Task.FromResult(run(session)));
}
