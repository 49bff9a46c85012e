using Pictor.EndToEnd.Peers;

namespace Pictor.EndToEnd;

/// <summary><c>Pictor doctor</c>: what it says about a machine, and that what is broken is called so.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task Finds_nothing_broken_beside_a_running_gateway()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"));
        using var made = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "A red circle" });
        var (code, lines) = await DoctorAsync(folder.PathOf("data"));
        lines.ShouldContain("Nothing is broken.");
        code.ShouldBe(0);
        foreach (var check in new[] { "settings", "native library", "data folder", "fsync", "clock", "master key", "ledger", "names", "picture store" })
        {
            lines.ShouldContain(line => line.Contains($" {check} ", StringComparison.Ordinal));
        }

        lines.ShouldContain("ok     ledger          The books balance.");
        lines.ShouldContain(line => line.StartsWith("ok     master key", StringComparison.Ordinal) && line.Contains("opens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_broken_what_is_broken()
    {
        using var folder = new TemporaryFolder();
        var data = folder.PathOf("data");
        await using (var gateway = await GatewayProcess.StartAsync(data))
        {
            using var made = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "A red circle" });
        }

        File.WriteAllText(Path.Combine(data, "master.key"), new string('7', 64));
        (await Shell.RunAsync(data, environment: null, "sqlite3", "pictor.db", "UPDATE ledger_entries SET micros = micros + 1 WHERE number = 1")).ExitCode.ShouldBe(0);
        File.SetLastWriteTimeUtc(Path.Combine(data, "lock"), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(3));
        var (code, lines) = await DoctorAsync(
            data,
            ("Pictor__Storage__DiskReserve", long.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("Pictor__Channels__eu__Provider", "bfl"),
            ("Pictor__Channels__eu__BaseUrl", "https://no-such-host.invalid"),
            ("Pictor__Channels__eu__Credential", "x"),
            ("Pictor__Channels__eu__Models", "flux-kontext-pro"),
            ("Pictor__Jobs__Concurrent", "-1"));
        code.ShouldBe(1);
        foreach (var check in new[] { "settings", "disk", "clock", "master key", "ledger", "names" })
        {
            lines.ShouldContain(line => line.StartsWith($"broken {check} ", StringComparison.Ordinal), $"{check} in\n{string.Join('\n', lines)}");
        }

        lines.ShouldContain("6 of 10 are broken.");
    }

    [Fact]
    public async Task Sees_a_sync_that_fails()
    {
        // The kernel's answer to every fsync is replaced by EIO, which the framework's own flush would hide.
        using var folder = new TemporaryFolder();
        var probe = await Shell.RunAsync(folder.Root, environment: null, "strace", "-f", "-o", folder.PathOf("trace"), "-e", "trace=none", "true");
        Assert.SkipUnless(probe.ExitCode == 0, "strace may not trace here");
        Directory.CreateDirectory(folder.PathOf("data"));
        var environment = new Dictionary<string, string> { ["Pictor__Data"] = folder.PathOf("data") };
        var ended = await Shell.RunAsync(folder.Root, environment, "strace", "-f", "-qq", "-o", folder.PathOf("trace"), "-e", "trace=fsync", "-e", "inject=fsync:error=EIO", GatewayProcess.Executable, "doctor");
        ended.ExitCode.ShouldBe(1, ended.Output);
        ended.Output.Split('\n').ShouldContain(line => line.StartsWith("broken fsync ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Asks_the_picture_store_with_its_key()
    {
        using var folder = new TemporaryFolder();
        var closed = new Uri($"http://127.0.0.1:{Loopback.FreePorts(1)[0]}");
        var (code, lines) = await DoctorAsync(folder.PathOf("data"), SwiftServer.Settings(closed));
        code.ShouldBe(1);
        lines.ShouldContain("broken picture store   The S3 store cannot be reached.");
    }

    private static async Task<(int Code, string[] Lines)> DoctorAsync(string data, params (string Name, string? Value)[] settings)
    {
        var environment = settings.Append(("Pictor__Data", data)).ToDictionary(setting => setting.Item1, setting => setting.Item2!, StringComparer.Ordinal);
        var ended = await Shell.RunAsync(Path.GetTempPath(), environment, GatewayProcess.Executable, "doctor");
        return (ended.ExitCode, ended.Output.Split('\n', StringSplitOptions.TrimEntries));
    }
}
