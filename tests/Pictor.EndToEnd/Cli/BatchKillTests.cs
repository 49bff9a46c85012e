using System.Diagnostics;
using System.Text.Json;
using Pictor.FakeUpstreams;

namespace Pictor.EndToEnd.Cli;

/// <summary>A batch that is killed, interrupted and left by its gateway; the gateway's ledger and the vendor's own record judge.</summary>
public sealed class BatchKillTests
{
    private const int Rows = 48;
    private const long Price = 35_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Resumes_after_every_kind_of_end_and_pays_no_row_twice()
    {
        await using var fake = await FakeUpstream.StartAsync();
        using var folder = new TemporaryFolder();
        (string, string?)[] settings =
        [
            ("Pictor__Channels__fake__Provider", "bfl"),
            ("Pictor__Channels__fake__BaseUrl", fake.BaseOf("bfl").AbsoluteUri),
            ("Pictor__Channels__fake__Credential", FakeOptions.UsualCredential),
            ("Pictor__Channels__fake__Models", "flux-kontext-pro"),
            ("Pictor__Upstream__Allow__fake", "127.0.0.0/8:*"),
        ];
        var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), settings);
        try
        {
            using var key = await gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "batch", budget = new { amount = "100" } });
            using var user = new CliUser(gateway.Address, (await key.JsonAsync()).Text("key"));
            user.Write("jobs.csv", "prompt,output\n" + string.Concat(Enumerable.Range(1, Rows).Select(row => $"a lighthouse [fake: job={row}{Held(row)}],{row:00}.jpg\n")));

            // kill -9, as soon as some pictures are there.
            using (var killed = Begin(user, resume: false))
            {
                await PathsAsync(killed, 6);
                killed.Kill();
                await killed.WaitForExitAsync();
            }

            WholePictures(user).ShouldBeInRange(6, 16);
            fake.Release("kill");

            // Ctrl+C: rows under way are finished, and the rest is left.
            using (var stopped = Begin(user, resume: true))
            {
                await PathsAsync(stopped, 6);
                CliUser.Stop(stopped);
                await SaysAsync(stopped, "Stopping");
                fake.Release("stop");
                await stopped.WaitForExitAsync(new CancellationTokenSource(Patience).Token);
                stopped.ExitCode.ShouldBe(2);
            }

            WholePictures(user).ShouldBeInRange(12, 36);

            // The gateway itself dies under it, and comes back. Rows that it had accepted are asked for until their time is over.
            using (var left = Begin(user, resume: true, "--timeout", "5"))
            {
                await PathsAsync(left, 4);
                gateway.Kill();
                await left.WaitForExitAsync(new CancellationTokenSource(Patience).Token);
                left.ExitCode.ShouldBe(5);
            }

            fake.Release("gone");
            await gateway.DisposeAsync();
            gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), [.. settings, ("ASPNETCORE_URLS", gateway.Address.GetLeftPart(UriPartial.Authority))]);
            var next = await user.RunAsync("batch", "jobs.csv", "-m", "flux-kontext-pro", "-o", "out", "-c", "8", "--resume");

            // What the gateway was sending when it died may have run: nothing was charged for it, and it is not sent again by itself.
            fake.Record.Paid.GroupBy(call => call.Job).ShouldAllBe(calls => calls.Count() == 1);
            var unknown = Manifest(user).Where(row => row.Text("status") == "unknown").ToArray();
            next.ExitCode.ShouldBe(unknown.Length == 0 ? 0 : 5, next.Errors);
            unknown.ShouldAllBe(row => row.GetProperty("error").Text("code") == "upstream_outcome_unknown");
            WholePictures(user).ShouldBe(Rows - unknown.Length);

            var last = await user.RunAsync("batch", "jobs.csv", "-m", "flux-kontext-pro", "-o", "out", "-c", "8", "--resume", "--retry-unknown");
            last.ExitCode.ShouldBe(0, last.Errors);
            last.Errors.ShouldContain($"{Rows} of {Rows} rows done");

            // The vendor, the ledger and the manifest tell the same: each row once.
            WholePictures(user).ShouldBe(Rows);
            fake.Record.Paid.Count.ShouldBeLessThanOrEqualTo(Rows + unknown.Length);
            fake.Record.Paid.Select(call => call.Job).Distinct().Count().ShouldBe(Rows);
            var charges = await Books.EntriesAsync(gateway, "charge");
            charges.Count.ShouldBe(Rows);
            charges.ShouldAllBe(charge => charge.Micros == Price);
            (await Books.EntriesAsync(gateway, "hold")).Count.ShouldBe(Rows + unknown.Length);
            var manifest = Manifest(user);
            manifest.Select(row => row.GetProperty("row").GetInt32()).ShouldBe(Enumerable.Range(1, Rows));
            manifest.Select(row => row.Text("job")).Order(StringComparer.Ordinal).ShouldBe(charges.Select(charge => charge.Job).Order(StringComparer.Ordinal));
            manifest.ShouldAllBe(row => row.Text("status") == "done");
            await Books.ShouldBalanceAsync(gateway.Folder);
        }
        finally
        {
            await gateway.DisposeAsync();
        }
    }

    // More rows than are under way at once wait for each of the three ends, so that none of them comes too late.
    private static string Held(int row) => row switch
    {
        > 16 and <= 24 => " until=kill",
        > 32 and <= 40 => " until=stop",
        > 40 => " until=gone",
        _ => "",
    };

    private static JsonElement[] Manifest(CliUser user) => [.. File.ReadLines(user.PathOf("out/manifest.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    private static Process Begin(CliUser user, bool resume, params string[] more) =>
        user.Start(["batch", "jobs.csv", "-m", "flux-kontext-pro", "-o", "out", "-c", "4", .. resume ? (string[])["--resume"] : [], .. more]);

    private static async Task PathsAsync(Process process, int count)
    {
        for (var i = 0; i < count; i++)
        {
            (await process.StandardOutput.ReadLineAsync(new CancellationTokenSource(Patience).Token)).ShouldNotBeNull();
        }
    }

    private static async Task SaysAsync(Process process, string word)
    {
        while (!(await process.StandardError.ReadLineAsync(new CancellationTokenSource(Patience).Token)).ShouldNotBeNull().StartsWith(word, StringComparison.Ordinal))
        {
        }
    }

    /// <summary>What stands under its own name is whole; what a kill left half written does not have one.</summary>
    private static int WholePictures(CliUser user)
    {
        var files = Directory.EnumerateFiles(user.PathOf("out"), "*.jpg").ToArray();
        foreach (var file in files)
        {
            Pixels.Decode(file).Width.ShouldBeGreaterThan(0);
        }

        return files.Length;
    }
}
