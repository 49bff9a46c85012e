namespace Pictor.Cli;

/// <summary>Ends the command with a message for the user and an exit code.</summary>
internal class CliException(string message, int exitCode = ExitCode.Failed, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    public static CliException Usage(string message) => new(message, Cli.ExitCode.UsageOrCancelled);
}
