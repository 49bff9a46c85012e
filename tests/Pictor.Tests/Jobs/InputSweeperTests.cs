using Microsoft.Extensions.Logging.Abstractions;
using Pictor.Assets;
using Pictor.Jobs;
using Pictor.Storage;

namespace Pictor.Tests.Jobs;

public sealed class InputSweeperTests
{
    [Fact]
    public async Task Takes_away_old_inputs_of_jobs_that_are_not_open_and_nothing_else()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var accepted = await gateway.GenerateAsync(new { model = "sandbox", prompt = "a boat [sandbox: delay=60s]", async = true });
        var open = (await accepted.JsonAsync()).Text("id");
        var inputs = gateway.Services.GetRequiredService<DataFolder>().Inputs;
        var folders = new[] { open, "gen_old", "gen_new" }.ToDictionary(id => id, id => Directory.CreateDirectory(Path.Combine(inputs, id)).FullName, StringComparer.Ordinal);
        foreach (var id in new[] { open, "gen_old" })
        {
            Directory.SetLastWriteTimeUtc(folders[id], DateTime.UtcNow.AddHours(-2));
        }

        await new InputSweeper(gateway.Services.GetRequiredService<JobStore>(), gateway.Services.GetRequiredService<InputStore>(), TimeProvider.System, NullLogger<InputSweeper>.Instance).SweepAsync(CancellationToken.None);

        Directory.Exists(folders[open]).ShouldBeTrue();
        Directory.Exists(folders["gen_old"]).ShouldBeFalse();
        Directory.Exists(folders["gen_new"]).ShouldBeTrue();
        (await gateway.Client.PostAsync($"/v1/images/generations/{open}/cancel", null)).EnsureSuccessStatusCode();
    }
}
