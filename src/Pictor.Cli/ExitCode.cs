namespace Pictor.Cli;

/// <summary>What the process ends with; docs/cli.md lists them, and scripts rely on them.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;

    /// <summary>The line could not be understood, or the user stopped it.</summary>
    public const int UsageOrCancelled = 2;

    public const int Moderated = 3;
    public const int Auth = 4;

    /// <summary>A batch of which some rows did not end with a picture.</summary>
    public const int Partial = 5;

    public const int OutOfBalance = 6;
}
