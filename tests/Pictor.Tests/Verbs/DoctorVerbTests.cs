using Pictor.Verbs;

namespace Pictor.Tests.Verbs;

/// <summary>The doctor in front of the engine that the tests run on: SQLite, or PostgreSQL where it is switched on.</summary>
public sealed class DoctorVerbTests
{
    [Fact]
    public async Task Compares_the_master_key_with_the_database_and_looks_up_the_channels_in_it()
    {
        using var folder = new TemporaryFolder();
        await using (var gateway = await TestGateway.StartAsync(folder: folder.Path))
        {
            using var made = await gateway.Client.PostAsJsonAsync("/admin/channels", new { id = "eu", provider = "bfl", base_url = "https://no-such-host.invalid", credential = "x", models = "flux-kontext-pro" });
            made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync());
        }

        var key = Path.Combine(folder.Path, "master.key");
        var lines = await DoctorAsync(folder.Path);
        lines.ShouldContain($"ok     master key      {key} opens the database's secrets");
        lines.ShouldContain("broken names           no address for no-such-host.invalid");
        lines.ShouldContain("ok     ledger          The books balance.");

        await File.WriteAllTextAsync(key, new string('7', 64));
        (await DoctorAsync(folder.Path)).ShouldContain(line => line.StartsWith("broken master key ", StringComparison.Ordinal));
        File.Delete(key);
        (await DoctorAsync(folder.Path)).ShouldContain("broken master key      there is a database and no master key");
    }

    [Fact]
    public async Task Before_the_first_start_there_is_nothing_to_compare_with()
    {
        using var folder = new TemporaryFolder();
        (await DoctorAsync(folder.Path)).ShouldContain("warn   master key      none yet; the first start makes it");
    }

    private static async Task<string[]> DoctorAsync(string data)
    {
        string[] engine = PostgreSqlServer.IsWanted ? [$"--Pictor:Storage:PostgreSql={await PostgreSqlServer.DatabaseOfAsync(data)}"] : [];
        var told = new StringWriter();
        await DoctorVerb.RunAsync(["--data", data, .. engine], told, CancellationToken.None);
        return told.ToString().Split('\n', StringSplitOptions.TrimEntries);
    }
}
