using System.Net;
using System.Text.RegularExpressions;
using Pictor.Tests;

namespace Pictor.EndToEnd;

/// <summary>The commands of docs/operations.md, as they stand there, on a gateway that works.</summary>
public sealed partial class BackupTests
{
    [Fact]
    public async Task A_backup_of_a_working_gateway_restores_with_its_books_keys_and_pictures()
    {
        using var folder = new TemporaryFolder();
        var page = await PageAsync();
        var backup = Block(page, "Back up SQLite");
        var restore = Block(page, "Restore SQLite");
        Uri link;
        string id;
        var made = 0;
        await using (var gateway = await GatewayProcess.StartAsync(folder.PathOf("data")))
        {
            using var first = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "A red circle", output_format = "png" });
            var job = await first.JsonAsync();
            id = job.Text("id");
            link = new Uri(job.GetProperty("data")[0].GetProperty("url").GetString()!);

            using var enough = new CancellationTokenSource();
            var load = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            {
                while (!enough.IsCancellationRequested)
                {
                    using var answer = await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "A red circle", size = "256x256" });
                    answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                    Interlocked.Increment(ref made);
                }
            }));
            await Poll.UntilAsync(() => Task.FromResult(Volatile.Read(ref made) >= 4), TimeSpan.FromMinutes(1), "the load");
            await RunAsync(folder, backup);
            await enough.CancelAsync();
            await load;
            gateway.Kill();
        }

        await RunAsync(folder, restore);
        var verified = await Shell.RunAsync(folder.Root, environment: null, GatewayProcess.Executable, "ledger", "verify", "--data", folder.PathOf("restored"));
        verified.Lines()[^1].ShouldBe("The books balance.");
        verified.Lines().ShouldContain(line => Entries().IsMatch(line));

        await using var restored = await GatewayProcess.StartAsync(folder.PathOf("restored"), ("PICTOR_ADMIN_KEY", null));
        using var again = await restored.Client.GetAsync($"/v1/images/generations/{id}");
        (await again.JsonAsync()).Text("status").ShouldBe("succeeded");
        (await restored.Client.GetByteArrayAsync(restored.Rebase(link.AbsoluteUri))).ShouldNotBeEmpty();
        using var next = await restored.GenerateAsync(new { model = "flux-kontext-pro", prompt = "A red circle" });
        next.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_dump_of_PostgreSQL_restores_with_its_books_and_pictures()
    {
        using var folder = new TemporaryFolder();
        var page = await PageAsync();
        var server = await PostgreSqlServer.SharedAsync();
        var name = "b_" + Guid.NewGuid().ToString("N")[..12];
        var (from, to) = (await server.DatabaseAsync(name), await server.DatabaseAsync(name + "_restored"));
        (string, string?) price = ("Pictor__Catalog__Prices", "sandbox=0.035/0.04");
        var libpq = $"host=127.0.0.1 port={server.Port} user=postgres dbname={name}";
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PICTOR_DATABASE"] = libpq, ["PICTOR_RESTORED"] = libpq + "_restored" };
        string id, link, secret;
        var made = 0;
        await using (var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), price, ("Pictor__Storage__PostgreSql", from)))
        {
            using var key = await gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "payer", budget = new { amount = "1000" } });
            secret = (await key.JsonAsync()).Text("key");
            using var client = gateway.ClientWith(secret);
            using var first = await gateway.GenerateAsync(new { model = "sandbox", prompt = "A red circle", size = "64x64" }, client);
            var job = await first.JsonAsync();
            id = job.Text("id");
            link = job.GetProperty("data")[0].Text("url");
            using var enough = new CancellationTokenSource();
            var load = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            {
                while (!enough.IsCancellationRequested)
                {
                    using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "A red circle", size = "64x64" }, client);
                    answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                    Interlocked.Increment(ref made);
                }
            }));
            await Poll.UntilAsync(() => Task.FromResult(Volatile.Read(ref made) >= 20), TimeSpan.FromMinutes(1), "the load");
            await RunAsync(folder, Block(page, "Back up PostgreSQL"), environment);
            await enough.CancelAsync();
            await load;
            gateway.Kill();
        }

        await RunAsync(folder, Block(page, "Restore PostgreSQL"), environment);
        var verified = await Shell.RunAsync(folder.Root, environment: null, GatewayProcess.Executable, "ledger", "verify", "--postgresql", to);
        verified.Lines()[^1].ShouldBe("The books balance.");
        verified.Lines().ShouldContain(line => Entries().IsMatch(line));

        await using var restored = await GatewayProcess.StartAsync(folder.PathOf("restored"), price, ("PICTOR_ADMIN_KEY", null), ("Pictor__Storage__PostgreSql", to));
        using var payer = restored.ClientWith(secret);
        using var again = await payer.GetAsync($"/v1/images/generations/{id}");
        (await again.JsonAsync()).Text("status").ShouldBe("succeeded");
        (await payer.GetByteArrayAsync(restored.Rebase(link))).ShouldNotBeEmpty();
        using var next = await restored.GenerateAsync(new { model = "sandbox", prompt = "A red circle", size = "64x64" }, payer);
        next.StatusCode.ShouldBe(HttpStatusCode.OK, await next.Content.ReadAsStringAsync());
    }

    private static Task<string> PageAsync() => File.ReadAllTextAsync(Path.Combine(GatewayProcess.Metadata("Repository"), "docs", "operations.md"));

    // The first block of commands below a heading.
    private static string Block(string page, string heading) =>
        CommandsBelow().Matches(page).Single(match => match.Groups[1].Value == heading).Groups[2].Value;

    private static async Task RunAsync(TemporaryFolder folder, string commands, IReadOnlyDictionary<string, string>? environment = null)
    {
        var ended = await Shell.RunAsync(folder.Root, environment, "bash", "-euo", "pipefail", "-c", commands);
        ended.ExitCode.ShouldBe(0, ended.Output + ended.Errors);
    }

    [GeneratedRegex(@"^### ([^\n]+)\n(?:(?!```|#)[^\n]*\n)*```bash\n(.*?)```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CommandsBelow();

    [GeneratedRegex("^[1-9][0-9]* entries, head ")]
    private static partial Regex Entries();
}
