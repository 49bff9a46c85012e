namespace Pictor.Cli;

/// <summary>Everything of the process that a command may see: folder, environment, streams and what they are connected to.</summary>
internal sealed class Surroundings
{
    public required string Folder { get; init; }

    public required Func<string, string?> Environment { get; init; }

    public required TextReader In { get; init; }

    /// <summary>The same input as bytes: a picture that is piped in.</summary>
    public Func<Stream> InBytes { get; init; } = () => Stream.Null;

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public bool InIsTerminal { get; init; }

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of the terminal, or null where nobody knows.</summary>
    public int? Columns { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Interrupts Interrupts { get; init; } = new();

    public static Surroundings OfProcess(Interrupts interrupts)
    {
        var utf8 = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Surroundings
        {
            Folder = Directory.GetCurrentDirectory(),
            Environment = System.Environment.GetEnvironmentVariable,
            In = Console.IsInputRedirected ? new StreamReader(Console.OpenStandardInput(), utf8) : Console.In,
            InBytes = Console.OpenStandardInput,
            Out = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true },
            Error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true },
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Columns = Width(),
            Interrupts = interrupts,
        };
    }

    /// <summary>A path as the user wrote it, against the folder that the user stands in.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, Folder);

    private static int? Width()
    {
        try
        {
            return Console.IsErrorRedirected ? null : Console.WindowWidth is > 0 and var width ? width : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
