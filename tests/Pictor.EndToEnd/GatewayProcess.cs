using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Pictor.EndToEnd;

/// <summary>The built gateway as a process of its own: started, spoken to over HTTP, stopped or killed.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    public const string AdminKey = "end-to-end-admin-key-0123456789";

    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Halt = 19;
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines;

    private GatewayProcess(Process process, ConcurrentQueue<string> lines, Uri address, string folder, TimeSpan startedIn)
    {
        _process = process;
        _lines = lines;
        Address = address;
        Folder = folder;
        StartedIn = startedIn;
        Client = ClientWith(AdminKey);
    }

    /// <summary>The executable under test: the build's, or a published one that <c>PICTOR_GATEWAY</c> names.</summary>
    public static string Executable { get; } = Environment.GetEnvironmentVariable("PICTOR_GATEWAY") is { Length: > 0 } given ? given : Metadata("Gateway");

    public Uri Address { get; }

    /// <summary>What an SDK takes as its base URL.</summary>
    public Uri BaseUrl => new(Address, "/v1");

    public string Folder { get; }

    /// <summary>From the start of the process to the first 200 of readiness.</summary>
    public TimeSpan StartedIn { get; }

    /// <summary>Calls with the admin key.</summary>
    public HttpClient Client { get; }

    public string Output => string.Join('\n', _lines);

    public static string Metadata(string key) =>
        typeof(GatewayProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;

    /// <summary>Starts on a free port and waits until the gateway says that it is ready.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="settings">Environment variables; a name without a value is taken away.</param>
    public static Task<GatewayProcess> StartAsync(string folder, params (string Name, string? Value)[] settings) => StartUnderAsync([], folder, settings);

    /// <summary>The same, under a program that becomes the gateway.</summary>
    /// <param name="command">The program and its arguments; the executable comes last.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="settings">Environment variables; a name without a value is taken away.</param>
    public static async Task<GatewayProcess> StartUnderAsync(string[] command, string folder, params (string Name, string? Value)[] settings)
    {
        var clock = Stopwatch.StartNew();
        var lines = new ConcurrentQueue<string>();
        var process = Launch(folder, lines, settings, command);
        try
        {
            var address = await Poll.UntilAsync(
                () => Task.FromResult(process.HasExited
                    ? throw new InvalidOperationException($"The gateway ended with {process.ExitCode}:\n{string.Join('\n', lines)}")
                    : lines.Select(line => Listening().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value),
                StartTime);
            using var client = new HttpClient();
            await Poll.UntilAsync(async () => await StatusAsync(client, new Uri(new Uri(address), "/readyz")) == HttpStatusCode.OK ? "ready" : null, StartTime);
            return new GatewayProcess(process, lines, new Uri(address), folder, clock.Elapsed);
        }
        catch (TimeoutException fault)
        {
            process.Kill();
            throw new InvalidOperationException($"The gateway was not ready within {StartTime}:\n{string.Join('\n', lines)}", fault);
        }
    }

    /// <summary>Runs until it ends by itself: for starts that must not succeed.</summary>
    public static async Task<(int ExitCode, string[] Lines)> RunToEndAsync(string folder, params (string Name, string? Value)[] settings)
    {
        var lines = new ConcurrentQueue<string>();
        using var process = Launch(folder, lines, settings);
        using var patience = new CancellationTokenSource(StartTime);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return (process.ExitCode, [.. lines]);
    }

    public HttpClient ClientWith(string? key)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(3) };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("Authorization", "Bearer " + key);
        }

        return client;
    }

    /// <summary>A link of this data folder's pictures, as it reads after a restart on another port.</summary>
    public Uri Rebase(string link) => new(Address, new Uri(link).PathAndQuery);

    public Task<HttpResponseMessage> GenerateAsync(object body, HttpClient? client = null) =>
        (client ?? Client).PostAsJsonAsync("/v1/images/generations", body);

    /// <summary>SIGKILL: nothing in the process gets a chance.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>For whoever watches the process from outside.</summary>
    public int Id => _process.Id;

    /// <summary>SIGTERM.</summary>
    public void AskToStop() => Signal(_process.Id, Terminate).ShouldBe(0);

    /// <summary>SIGSTOP: it lives and does nothing, not even notice it.</summary>
    public void Pause() => Signal(_process.Id, Halt).ShouldBe(0);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signal(_process.Id, Continue).ShouldBe(0);

    public async Task<int> ExitCodeAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Process Launch(string folder, ConcurrentQueue<string> lines, (string Name, string? Value)[] settings, params string[] command)
    {
        // Its settings lie beside it: the working folder must not matter.
        string[] whole = [.. command, Executable];
        var start = Shell.Piped(Path.GetTempPath(), whole[0], whole[1..]);
        Surroundings(start.Environment, folder, settings);
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Keep(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is { } text)
            {
                lines.Enqueue(text);
            }
        }
    }

    /// <summary>The environment of a gateway under test: none of the caller's own settings leak in.</summary>
    public static void Surroundings(IDictionary<string, string?> environment, string folder, params (string Name, string? Value)[] settings)
    {
        foreach (var name in environment.Keys.Where(name => name.StartsWith("Pictor", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToArray())
        {
            environment.Remove(name);
        }

        environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        environment["Pictor__Data"] = folder;
        environment["PICTOR_ADMIN_KEY"] = AdminKey;
        foreach (var (name, value) in settings)
        {
            if (value is null)
            {
                environment.Remove(name);
            }
            else
            {
                environment[name] = value;
            }
        }
    }

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient client, Uri address)
    {
        try
        {
            using var answer = await client.GetAsync(address);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"listens on (http://\S+?)\.(?:\s|$)")]
    private static partial Regex Listening();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
