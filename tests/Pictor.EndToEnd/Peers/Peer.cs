using System.Collections.Concurrent;
using System.Diagnostics;

namespace Pictor.EndToEnd.Peers;

/// <summary>A real server that a test started; it ends with the test.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    public Peer(string program, IEnumerable<string> arguments, string folder)
    {
        _process = new Process { StartInfo = Shell.Piped(folder, program, arguments) };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _lines);

    /// <summary>Waits until it is of use.</summary>
    public Task UntilAsync(Func<Task<bool>> isReady, string what) => Poll.UntilAsync(
        async () => _process.HasExited ? throw new InvalidOperationException($"{what} ended with {_process.ExitCode}:\n{Output}") : await isReady(),
        TimeSpan.FromSeconds(60),
        what);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            _lines.Enqueue(text);
        }
    }
}
