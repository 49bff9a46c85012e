using System.Diagnostics;
using Pictor.Cli;

namespace Pictor.Tests.Cli;

/// <summary>The command line in this process, with a folder, an environment and streams of its own.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public CliRun(Uri? server = null, string? key = TestGateway.AdminKey)
    {
        Set("PICTOR_SETTINGS", Path.Combine(Folder, "settings.json"));
        if (server is not null)
        {
            Set("PICTOR_BASE_URL", server.ToString());
        }

        if (key is not null)
        {
            Set("PICTOR_API_KEY", key);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("pictor-cli-").FullName;

    public void Set(string name, string value) => _environment[name] = value;

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public Task<CliResult> RunAsync(params string[] args) => RunAsync("", args);

    public async Task<CliResult> RunAsync(string input, string[] args, bool isTerminal = false, Interrupts? interrupts = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var surroundings = new Surroundings
        {
            Folder = Folder,
            Environment = _environment.GetValueOrDefault,
            In = new StringReader(input),
            Out = output,
            Error = error,
            OutIsTerminal = isTerminal,
            ErrorIsTerminal = isTerminal,
            Columns = () => 100,
            Interrupts = interrupts ?? new Interrupts(),
        };
        var code = await CommandLine.RunAsync(args, surroundings);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    /// <summary>The same as a process of its own: for what kills it.</summary>
    public ProcessStartInfo ProcessStart(params string[] args)
    {
        var start = new ProcessStartInfo(Executable, args) { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Pictor.Cli.exe" : "Pictor.Cli");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>What a run left: its exit code and both streams.</summary>
internal sealed record CliResult(int Code, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
