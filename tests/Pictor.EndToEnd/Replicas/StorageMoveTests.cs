using System.Net;
using Pictor.Tests;

namespace Pictor.EndToEnd.Replicas;

/// <summary>A gateway that began with SQLite goes on with PostgreSQL.</summary>
public sealed class StorageMoveTests
{
    private static readonly (string Name, string? Value) Price = ("Pictor__Catalog__Prices", "sandbox=0.035/0.04");

    [Fact]
    public async Task Everything_is_there_behind_a_move_and_jobs_go_on()
    {
        using var folder = new TemporaryFolder();
        var data = folder.PathOf("data");
        var server = await PostgreSqlServer.SharedAsync();
        var connection = await server.DatabaseAsync("m_" + Guid.NewGuid().ToString("N")[..12]);
        string secret, done, open;
        await using (var gateway = await GatewayProcess.StartAsync(data, Price, ("Pictor__Jobs__StopTime", "00:00:00"), ("Pictor__Jobs__StopNotice", "00:00:00")))
        {
            using var made = await gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "moved", budget = new { amount = "0.105" } });
            secret = (await made.JsonAsync()).Text("key");
            using var client = gateway.ClientWith(secret);
            done = await GenerateAsync(gateway, client, "x");
            open = await GenerateAsync(gateway, client, "y [sandbox: delay=3s]");

            // Nothing is moved away from under a gateway that runs.
            (await MoveAsync(folder, data, connection)).Errors.ShouldContain("in use");
            gateway.AskToStop();
            await gateway.ExitCodeAsync(TimeSpan.FromMinutes(1));
        }

        // A mistake in the line is told in a line, and what SQLite kept of a vendor's text and PostgreSQL does not is no obstacle.
        (await MoveAsync(folder, data, "postgres://db/pictor")).Errors.ShouldStartWith("pictor: The database must be given as a connection string");
        await Shell.RunAsync(folder.Root, null, "sqlite3", Path.Combine(data, "pictor.db"), "UPDATE assets SET revised = 'a' || char(0) || 'b'");
        var moved = await MoveAsync(folder, data, connection);
        moved.ExitCode.ShouldBe(0, moved.Errors);
        moved.Output.ShouldContain("the books balance");
        File.Exists(Path.Combine(data, "pictor.db")).ShouldBeFalse();
        File.Exists(Path.Combine(data, "pictor.moved.db")).ShouldBeTrue();

        await using (var gateway = await GatewayProcess.StartAsync(data, Price, ("Pictor__Storage__PostgreSql", connection), ("Pictor__Storage__Lease", "00:00:02")))
        {
            using var client = gateway.ClientWith(secret);
            foreach (var id in (string[])[done, open])
            {
                using var answer = await client.GetAsync($"/v1/images/generations/{id}?wait=60");
                var job = await answer.JsonAsync();
                job.Text("status").ShouldBe("succeeded", job.ToString());
                (await client.GetByteArrayAsync(gateway.Rebase(job.GetProperty("data")[0].Text("url")))).ShouldNotBeEmpty();
            }

            // Two of three pictures are spent.
            await GenerateAsync(gateway, client, "z");
            (await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" }, client)).StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        }

        // What has rows is never written over.
        await using (await GatewayProcess.StartAsync(folder.PathOf("other")))
        {
            // Makes a database with a key in it.
        }

        (await MoveAsync(folder, folder.PathOf("other"), connection)).Errors.ShouldContain("not empty");
        File.Exists(Path.Combine(folder.PathOf("other"), "pictor.db")).ShouldBeTrue();
    }

    private static Task<Shell.Ended> MoveAsync(TemporaryFolder folder, string data, string connection) =>
        Shell.RunAsync(folder.Root, null, GatewayProcess.Executable, "storage", "move", "--to", connection, "--data", data);

    private static async Task<string> GenerateAsync(GatewayProcess gateway, HttpClient client, string prompt)
    {
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt, size = "64x64", async = true }, client);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).Text("id");
    }
}
