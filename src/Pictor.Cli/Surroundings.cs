using Microsoft.Win32.SafeHandles;
using Pictor.Cli.Terminal;

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

    /// <summary>Columns of the terminal, or null where nobody knows. Asked only where it matters: the question sets the terminal's mode.</summary>
    public Func<int?> Columns { get; init; } = () => null;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Interrupts Interrupts { get; init; } = new();

    public static Surroundings OfProcess(Interrupts interrupts)
    {
        var utf8 = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Surroundings
        {
            Folder = Directory.GetCurrentDirectory(),
            Environment = System.Environment.GetEnvironmentVariable,

            In = OperatingSystem.IsWindows() && !Console.IsInputRedirected ? Console.In : new StreamReader(OpenInput(), utf8),
            InBytes = OpenInput,
            Out = new StreamWriter(OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new OutputStream(1, mayFail: true), utf8) { AutoFlush = true },
            Error = new StreamWriter(OperatingSystem.IsWindows() ? Console.OpenStandardError() : new OutputStream(2, mayFail: false), utf8) { AutoFlush = true },
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Columns = Width,
            Interrupts = interrupts,
        };
    }

    /// <summary>A line that was typed or piped in; null at the end. Ctrl+C is not kept waiting for Enter.</summary>
    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) => Task.Run(In.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);

    /// <summary>All that is typed or piped in.</summary>
    public Task<string> ReadToEndAsync(CancellationToken cancellationToken) => Task.Run(In.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken);

    /// <summary>A path as the user wrote it, against the folder that the user stands in.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, Folder);

    // The console's own reader sets the terminal to a mode of its own, and knows no end of input there.
    private static Stream OpenInput() =>
        OperatingSystem.IsWindows() ? Console.OpenStandardInput() : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 1);

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
