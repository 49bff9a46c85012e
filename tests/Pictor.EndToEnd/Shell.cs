using System.Diagnostics;

namespace Pictor.EndToEnd;

/// <summary>Runs a program as a user would, and gives back what it said.</summary>
internal static class Shell
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>How a program ended, and what it wrote.</summary>
    public sealed record Ended(int ExitCode, string Output, string Errors)
    {
        /// <summary>The output without its line ends; the program must have ended well.</summary>
        public string[] Lines()
        {
            ExitCode.ShouldBe(0, $"{Output}\n{Errors}");
            return Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
    }

    /// <summary>How a program is started whose input and output are the test's.</summary>
    public static ProcessStartInfo Piped(string folder, string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        WorkingDirectory = folder,
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    public static Task<Ended> RunAsync(string folder, IReadOnlyDictionary<string, string>? environment, string program, params string[] arguments) =>
        RunAsync(folder, environment, input: "", program, arguments);

    public static async Task<Ended> RunAsync(string folder, IReadOnlyDictionary<string, string>? environment, string input, string program, string[] arguments)
    {
        var start = Piped(folder, program, arguments);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new Ended(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException fault)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Patience}.", fault);
        }
    }
}
