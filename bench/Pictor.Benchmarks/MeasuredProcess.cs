using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace Pictor.Benchmarks;

/// <summary>A server as a process of its own, with the processor time and memory that the system counts for it.</summary>
internal sealed class MeasuredProcess : IAsyncDisposable
{
    public const string AdminKey = "benchmark-admin-key-01";

    private readonly Process _process;
    private readonly string? _folder;

    private MeasuredProcess(Process process, Uri address, string? folder) => (_process, Address, _folder) = (process, address, folder);

    public Uri Address { get; }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory now, in MB.</summary>
    public double Rss => Status("VmRSS:");

    /// <summary>The most resident memory since <see cref="ResetPeak"/>, in MB.</summary>
    public double PeakRss => Status("VmHWM:");

    public void ResetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    public static Task<MeasuredProcess> ForwarderAsync(Uri target)
    {
        var address = FreeAddress();
        return StartAsync("dotnet", [typeof(BareForwarder).Assembly.Location, "forward", address.AbsoluteUri, target.AbsoluteUri], address, null);
    }

    public static Task<MeasuredProcess> GatewayAsync(params string[] settings)
    {
        var address = FreeAddress();
        var folder = Directory.CreateTempSubdirectory("pictor-bench-").FullName;
        return StartAsync("dotnet", [Gateway, $"--urls={address}", $"--Pictor:Data={folder}", $"--PICTOR_ADMIN_KEY={AdminKey}", .. settings.Select(setting => "--" + setting)], address, folder);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static string Gateway => Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Gateway").Value!;

    private static async Task<MeasuredProcess> StartAsync(string file, IEnumerable<string> arguments, Uri address, string? folder)
    {
        var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var client = new HttpClient { BaseAddress = address };
        while (!process.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync("/readyz");
                if (answer.IsSuccessStatusCode)
                {
                    return new MeasuredProcess(process, address, folder);
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(5);
        }

        throw new InvalidOperationException($"{file} ended with {process.ExitCode} before it listened.");
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }

    private double Status(string name) =>
        double.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
}
