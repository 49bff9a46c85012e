using System.Net;

namespace Pictor.Tests.Assets;

public sealed class AssetSweeperTests
{
    /// <summary>With no folder in common, each sees its own disk only: what another removed stayed on this one until its next start.</summary>
    [Fact]
    public async Task A_picture_that_another_replica_removed_does_not_stay_on_the_disk_of_its_maker()
    {
        var server = await PostgreSqlServer.SharedAsync();
        var name = "s_" + Guid.NewGuid().ToString("N")[..12];
        await using var gateway = await TestGateway.StartAsync(settings: [$"Pictor:Storage:PostgreSql={await server.DatabaseAsync(name)}", "Pictor:Assets:SweepEvery=00:00:00.05"]);
        foreach (var prompt in (string[])["removed", "kept"])
        {
            using var answer = await gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt, response_format = "url" });
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        }

        var files = Directory.GetFiles(Path.Combine(gateway.Folder, "assets"), "*", SearchOption.AllDirectories);
        files.Length.ShouldBe(2);
        foreach (var file in files)
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
        }

        // As the other one leaves it.
        var removed = files[0];
        await server.ExecuteAsync(name, $"UPDATE assets SET removed_at = 1 WHERE id = '{Path.GetFileNameWithoutExtension(removed)}'");
        await Eventually.TrueAsync(() => !File.Exists(removed));
        File.Exists(files[1]).ShouldBeTrue();
    }
}
