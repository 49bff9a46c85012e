using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pictor.EndToEnd.Cli;

/// <summary>Somebody with a folder and a key who types <c>pictor …</c>, in a pipe or at a terminal.</summary>
internal sealed partial class CliUser : IDisposable
{
    private const int Interrupt = 2;
    private readonly TemporaryFolder _folder = new();

    public CliUser(Uri? server, string? key = GatewayProcess.AdminKey)
    {
        // None of the caller's own settings leak in.
        Environment["PICTOR_SETTINGS"] = PathOf("settings.json");
        Environment["HOME"] = Folder;
        Environment["NO_COLOR"] = "";
        Environment["TERM"] = "xterm-256color";
        Environment["PATH"] = $"{PathOf(".bin")}:{System.Environment.GetEnvironmentVariable("PATH")}";
        Directory.CreateDirectory(PathOf(".bin"));
        File.CreateSymbolicLink(PathOf(".bin/pictor"), Executable);
        if (server is not null)
        {
            Environment["PICTOR_BASE_URL"] = server.AbsoluteUri;
        }

        if (key is not null)
        {
            Environment["PICTOR_API_KEY"] = key;
        }
    }

    /// <summary>The command under test: the build's, or a published one that <c>PICTOR_CLI</c> names.</summary>
    public static string Executable { get; } = System.Environment.GetEnvironmentVariable("PICTOR_CLI") is { Length: > 0 } given ? given : GatewayProcess.Metadata("Cli");

    public string Folder => _folder.Root;

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public string PathOf(string name) => _folder.PathOf(name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public Task<Shell.Ended> RunAsync(params string[] words) => Shell.RunAsync(Folder, Environment, Executable, words);

    public Task<Shell.Ended> BashAsync(string script) => Shell.RunAsync(Folder, Environment, "bash", "-c", "set -euo pipefail\n" + script);

    /// <summary>The words at a pseudo-terminal of its own.</summary>
    /// <param name="words">A line for bash; what it redirects is not at the terminal.</param>
    /// <param name="typed">What the terminal sends.</param>
    public Task<Shell.Ended> TerminalAsync(string words, string typed = "") =>
        Shell.RunAsync(Folder, Environment, typed, "script", ["-qefc", "stty cols 100 rows 40; " + words, "/dev/null"]);

    /// <summary>Starts it and gives it back while it runs.</summary>
    public Process Start(params string[] words)
    {
        // Whoever was started in the background ignores Ctrl+C, and so do its children; a person at a terminal does not.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", Executable, .. words])
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Ctrl+C.</summary>
    public static void Stop(Process process) => Signal(process.Id, Interrupt).ShouldBe(0);

    public void Dispose() => _folder.Dispose();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
