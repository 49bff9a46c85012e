using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Pictor.EndToEnd;

/// <summary>A disk that runs full under a gateway: the file system is a small one in memory, where nobody else writes.</summary>
public sealed class DiskTests
{
    private const string InMemory = "/dev/shm";
    private const long Margin = 12L * 1024 * 1024;

    [Fact]
    public async Task Below_its_reserve_new_work_is_refused_while_the_rest_goes_on_and_room_brings_it_back()
    {
        Assert.SkipUnless(Directory.Exists(InMemory) && Free() > 3 * Margin, "there is no file system in memory here");
        var folder = Directory.CreateDirectory(Path.Combine(InMemory, "pictor-e2e-" + Path.GetRandomFileName())).FullName;
        try
        {
            var reserve = (Free() - Margin).ToString(CultureInfo.InvariantCulture);
            await using var gateway = await GatewayProcess.StartAsync(Path.Combine(folder, "data"), ("Pictor__Storage__DiskReserve", reserve));
            using var made = await gateway.GenerateAsync(new { model = "sandbox", prompt = "A red circle" });
            var link = new Uri((await made.JsonAsync()).GetProperty("data")[0].GetProperty("url").GetString()!);
            using var running = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "A red circle [sandbox: delay=3s]", @async = true });
            var id = (await running.JsonAsync()).Text("id");

            await File.WriteAllBytesAsync(Path.Combine(folder, "filler"), new byte[2 * Margin]);
            using var refused = await gateway.GenerateAsync(new { model = "sandbox", prompt = "A red circle" });
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter!.Delta.ShouldNotBeNull();
            using var ready = await gateway.Client.GetAsync("/readyz");
            ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await ready.JsonAsync()).Text("reason").ShouldBe("disk_full");

            // What runs is paid for and goes on, pictures are read, and the books are kept.
            using var ended = await gateway.Client.GetAsync($"/v1/images/generations/{id}?wait=60");
            (await ended.JsonAsync()).Text("status").ShouldBe("succeeded");
            (await gateway.Client.GetByteArrayAsync(link)).ShouldNotBeEmpty();
            (await BalancedAsync(gateway)).ShouldBeTrue();

            File.Delete(Path.Combine(folder, "filler"));
            using var again = await gateway.GenerateAsync(new { model = "sandbox", prompt = "A red circle" });
            again.StatusCode.ShouldBe(HttpStatusCode.OK, await again.Content.ReadAsStringAsync());
            using var back = await gateway.Client.GetAsync("/readyz");
            back.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_data_folder_that_takes_no_writes_any_more_is_not_sent_work()
    {
        using var folder = new TemporaryFolder();
        var probe = await Shell.RunAsync(folder.Root, environment: null, "strace", "-f", "-o", folder.PathOf("trace"), "-e", "trace=none", "true");
        Assert.SkipUnless(probe.ExitCode == 0, "strace may not trace here");
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"));
        (await ReasonAsync(gateway)).ShouldBeNull();

        // What a file system says that has turned itself read-only, and what it says no more when it is mended.
        string[] readOnly = ["-f", "-qq", "-o", folder.PathOf("trace"), "-P", folder.PathOf("data/lock"), "-e", "trace=pwrite64", "-e", "inject=pwrite64:error=EROFS", "-p", gateway.Id.ToString(CultureInfo.InvariantCulture)];
        using (var strace = Process.Start(new ProcessStartInfo("strace", readOnly))!)
        {
            await Poll.UntilAsync(async () => await ReasonAsync(gateway) == "read_only", TimeSpan.FromMinutes(1), "the gateway to see it");
            strace.Kill();
            await strace.WaitForExitAsync();
        }

        await Poll.UntilAsync(async () => await ReasonAsync(gateway) is null, TimeSpan.FromMinutes(1), "the gateway to be ready again");
    }

    private static async Task<string?> ReasonAsync(GatewayProcess gateway)
    {
        using var ready = await gateway.Client.GetAsync("/readyz");
        return ready.IsSuccessStatusCode ? null : (await ready.JsonAsync()).Text("reason");
    }

    private static long Free() => new DriveInfo(InMemory).AvailableFreeSpace;

    private static async Task<bool> BalancedAsync(GatewayProcess gateway)
    {
        using var answer = await gateway.Client.PostAsync("/admin/ledger/verify", content: null);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("balanced").GetBoolean();
    }
}
