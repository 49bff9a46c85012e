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

    private static long Free() => new DriveInfo(InMemory).AvailableFreeSpace;

    private static async Task<bool> BalancedAsync(GatewayProcess gateway)
    {
        using var answer = await gateway.Client.PostAsync("/admin/ledger/verify", content: null);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("balanced").GetBoolean();
    }
}
