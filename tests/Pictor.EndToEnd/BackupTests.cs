using System.Net;
using System.Text.RegularExpressions;

namespace Pictor.EndToEnd;

/// <summary>The commands of docs/operations.md, as they stand there, on a gateway that works.</summary>
public sealed partial class BackupTests
{
    [Fact]
    public async Task A_backup_of_a_working_gateway_restores_with_its_books_keys_and_pictures()
    {
        using var folder = new TemporaryFolder();
        var page = await File.ReadAllTextAsync(Path.Combine(GatewayProcess.Metadata("Repository"), "docs", "operations.md"));
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

    // The first block of commands below a heading.
    private static string Block(string page, string heading) =>
        CommandsBelow().Matches(page).Single(match => match.Groups[1].Value == heading).Groups[2].Value;

    private static async Task RunAsync(TemporaryFolder folder, string commands)
    {
        var ended = await Shell.RunAsync(folder.Root, environment: null, "bash", "-euo", "pipefail", "-c", commands);
        ended.ExitCode.ShouldBe(0, ended.Output + ended.Errors);
    }

    [GeneratedRegex(@"^### ([^\n]+)\n(?:(?!```|#)[^\n]*\n)*```bash\n(.*?)```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CommandsBelow();

    [GeneratedRegex("^[1-9][0-9]* entries, head ")]
    private static partial Regex Entries();
}
