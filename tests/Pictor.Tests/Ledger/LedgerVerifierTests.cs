using System.Net;
using Pictor.Assets;
using Pictor.FakeUpstreams;
using Pictor.Ledger;
using Pictor.Storage;
using Pictor.Verbs;

namespace Pictor.Tests.Ledger;

public sealed class LedgerVerifierTests
{
    private static readonly object Picture = new { model = "flux-kontext-pro", prompt = "a red circle", aspect_ratio = "1:1" };

    [Fact]
    public async Task Books_of_jobs_that_succeeded_failed_and_were_cancelled_balance()
    {
        await using var gateway = await TestGateway.StartAsync();
        (await gateway.GenerateAsync(Picture)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.GenerateAsync(new { model = "sandbox", prompt = "free", size = "64x64" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x", input_image = "http://10.0.0.1/x.png" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var report = await Books.VerifyAsync(gateway);
        report.Faults.ShouldBeEmpty();

        // A charged job is a hold and a charge, a failed one a hold and its release, a free one moves nothing.
        report.Entries.ShouldBe(4);
        report.Accounts["sandbox/revenue"].ShouldBe(35_000);
        report.Accounts.Keys.ShouldNotContain("revenue");
        report.Accounts.Values.Sum().ShouldBe(0);
    }

    [Theory]
    [InlineData("UPDATE ledger_entries SET micros = micros + 1 WHERE number = 2", "main:2")]
    [InlineData("UPDATE ledger_entries SET note = 'x' WHERE number = 3", "main:3")]
    [InlineData("UPDATE ledger_entries SET at = at + 1 WHERE number = 1", "main:1")]
    [InlineData("UPDATE ledger_entries SET job_id = NULL WHERE number = 2", "main:2")]
    [InlineData("UPDATE ledger_entries SET micros = 9223372036854775807 WHERE number IN (1, 3)", "main:1")]
    [InlineData("UPDATE ledger_entries SET micros = 9223372036854775807 WHERE number = 2", "main:2")]
    [InlineData("UPDATE ledger_entries SET micros = -9223372036854775807 - 1 WHERE number = 2", "main:2")]
    [InlineData("UPDATE ledger_entries SET micros = 'much' WHERE number = 2", "main:2")]
    [InlineData("UPDATE ledger_entries SET micros = 0.5 WHERE number = 2", "main:2")]
    [InlineData("UPDATE ledger_entries SET at = 'then' WHERE number = 3", "main:3")]
    [InlineData("UPDATE ledger_entries SET attempt = '' WHERE number = 3", "main:3")]
    [InlineData("UPDATE ledger_entries SET number = 2.5 WHERE number = 2", "main:2.5")]
    [InlineData("UPDATE ledger_entries SET hash = x'00' WHERE number = 2", "main:2")]
    [InlineData("DELETE FROM ledger_entries WHERE number = 2", "main:3")]
    [InlineData("DELETE FROM ledger_entries WHERE number >= 3", null)]
    [InlineData("DELETE FROM ledger_entries", null)]
    [InlineData("UPDATE key_balances SET used = used - 1 WHERE used > 0", null)]
    [InlineData("UPDATE key_balances SET month_used = 0 WHERE used > 0", null)]
    [InlineData("UPDATE key_balances SET held = 1", null)]
    [InlineData("UPDATE key_balances SET open_jobs = 1", null)]
    [InlineData("UPDATE key_balances SET used = 'much' WHERE used > 0", null)]
    [InlineData("UPDATE jobs SET cost_micros = 0 WHERE cost_micros > 0", null)]
    [InlineData("UPDATE jobs SET held_micros = held_micros + 1", null)]
    [InlineData("UPDATE jobs SET key_id = 'key_another'", null)]
    [InlineData("UPDATE jobs SET is_sandbox = 0", null)]
    [InlineData("UPDATE jobs SET quote = NULL", null)]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM jobs", null)]
    [InlineData("UPDATE jobs SET ended_at = NULL", null)]
    [InlineData("UPDATE jobs SET state = 'failed'", null)]
    [InlineData("UPDATE assets SET is_late = 1", null)]
    public async Task The_verb_names_the_first_bad_entry(string falsehood, string? firstBad)
    {
        var folder = Directory.CreateTempSubdirectory("pictor-books-").FullName;
        try
        {
            await using (var gateway = await TestGateway.StartAsync(folder: folder))
            {
                using var client = await gateway.NewKeyAsync();
                (await gateway.GenerateAsync(Picture, client)).StatusCode.ShouldBe(HttpStatusCode.OK);
                (await gateway.GenerateAsync(Picture, client)).StatusCode.ShouldBe(HttpStatusCode.OK);
            }

            (await VerifyAsync(folder)).ShouldBe((0, true), "before");
            await Books.FalsifyAsync(folder, falsehood);
            var output = new StringWriter();
            (await LedgerVerb.RunAsync(["verify", "--data", folder], output, TestContext.Current.CancellationToken)).ShouldBe(1);
            output.ToString().ShouldContain("do not balance");
            if (firstBad is not null)
            {
                output.ToString().ShouldContain($"the first bad entry is {firstBad}.");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("DELETE FROM ledger_entries WHERE number = (SELECT MAX(number) FROM ledger_entries)", "says another cost upstream than its entry")]
    [InlineData("UPDATE attempts SET cost_micros = 1 WHERE cost_micros > 1", "says another cost upstream than its entry")]
    [InlineData("DELETE FROM attempts", "for an attempt that is not there")]
    [InlineData("DELETE FROM ledger_entries WHERE kind = 'loss'", "may have been billed, and no entry says so")]
    public async Task What_was_paid_upstream_is_missed_too_when_it_is_the_end_of_the_chain(string falsehood, string told)
    {
        await using var fake = await FakeUpstream.StartAsync();
        var folder = Directory.CreateTempSubdirectory("pictor-books-").FullName;
        try
        {
            await using (var gateway = await TestGateway.StartAsync(folder: folder, settings:
            [
                "Pictor:Channels:vendor:Provider=bfl",
                $"Pictor:Channels:vendor:BaseUrl={fake.BaseOf("bfl")}",
                $"Pictor:Channels:vendor:Credential={FakeOptions.UsualCredential}",
                "Pictor:Channels:vendor:Models=flux-kontext-pro",
                "Pictor:Upstream:Allow:fake=127.0.0.0/8:*",
            ]))
            {
                (await gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "lost [fake: status=500]" })).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
                (await gateway.GenerateAsync(Picture)).StatusCode.ShouldBe(HttpStatusCode.OK);
            }

            (await VerifyAsync(folder)).ShouldBe((0, true), "before");
            await Books.FalsifyAsync(folder, falsehood);
            var output = new StringWriter();
            (await LedgerVerb.RunAsync(["verify", "--data", folder], output, TestContext.Current.CancellationToken)).ShouldBe(1);
            output.ToString().ShouldContain(told);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("unknown")]
    [InlineData("cancelled")]
    public async Task Pictures_that_came_in_time_for_a_job_that_did_not_succeed_are_a_fault_and_late_ones_are_not(string state)
    {
        await using var gateway = await TestGateway.StartAsync();
        var database = gateway.Services.GetRequiredService<Database>();
        using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "free", size = "64x64" });
        var id = (await answer.JsonAsync()).Text("id");

        // A free one: there is no money that could tell.
        await database.WriteAsync(session => session.ExecuteAsync("UPDATE jobs SET state = @state", new { state }), TestContext.Current.CancellationToken);
        (await Books.VerifyAsync(gateway)).Faults.ShouldBe([$"The job {id} did not succeed and has pictures all the same, as if they had come in time."]);
        await database.WriteAsync(session => session.ExecuteAsync("UPDATE assets SET is_late = 1"), TestContext.Current.CancellationToken);
        (await Books.VerifyAsync(gateway)).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_that_runs_may_have_some_of_its_pictures()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var ended = await gateway.GenerateAsync(new { model = "sandbox", prompt = "free", size = "64x64" });
        var assets = gateway.Services.GetRequiredService<AssetStore>();
        var made = (await assets.OfJobAsync((await ended.JsonAsync()).Text("id"), TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        using var answer = await gateway.GenerateAsync(new { model = "sandbox-slow", prompt = "free", size = "64x64", n = 2, async = true });
        var id = (await answer.JsonAsync()).Text("id");
        await gateway.Services.GetRequiredService<Database>().WriteAsync(
            session => AssetStore.InsertAsync(session, made with { Id = "img_part", JobId = id }),
            TestContext.Current.CancellationToken);
        (await Books.VerifyAsync(gateway)).Faults.ShouldBeEmpty();
        (await gateway.Client.PostAsync($"/v1/images/generations/{id}/cancel", null)).Dispose();
    }

    [Fact]
    public async Task The_verb_says_so_when_there_are_no_books()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-books-").FullName;
        await Should.ThrowAsync<InvalidOperationException>(() => LedgerVerb.RunAsync(["verify", "--data", folder], TextWriter.Null, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<InvalidOperationException>(() => LedgerVerb.RunAsync(["burn"], TextWriter.Null, TestContext.Current.CancellationToken));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task A_start_gives_back_a_hold_whose_job_is_not_open()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-books-").FullName;
        try
        {
            await using (var gateway = await TestGateway.StartAsync(folder: folder))
            {
                (await gateway.GenerateAsync(Picture)).StatusCode.ShouldBe(HttpStatusCode.OK);
            }

            // As if the end of a job had been written without its money.
            await Books.FalsifyAsync(folder, "DELETE FROM ledger_entries WHERE kind = 'charge'; UPDATE jobs SET state = 'failed', cost_micros = 0; UPDATE key_balances SET held = 35000, used = 0, month_used = 0, open_jobs = 1 WHERE used > 0; UPDATE assets SET is_late = 1");
            (await VerifyAsync(folder)).Balanced.ShouldBeFalse();
            await using var restarted = await TestGateway.StartAsync(folder: folder);
            var report = await Books.VerifyAsync(restarted);
            report.Faults.ShouldBeEmpty();
            report.Accounts.Values.ShouldAllBe(balance => balance == 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Entries_that_differ_in_one_field_have_different_hashes()
    {
        var entry = new LedgerEntry { Chain = "main", Number = 1, At = 2, Kind = "hold", FromAccount = "a", ToAccount = "b", Micros = 3, JobId = "j", Attempt = 0 };
        LedgerEntry[] others =
        [
            entry, entry with { Number = 2 }, entry with { At = 3 }, entry with { Micros = 4 }, entry with { Attempt = 1 }, entry with { JobId = null }, entry with { JobId = "" },
            entry with { FromAccount = "ab", ToAccount = "" }, entry with { FromAccount = "", ToAccount = "ab" }, entry with { Note = "" }, entry with { Month = "" }, entry with { Chain = "other" },
        ];
        others.Select(other => other.HashAfter(LedgerEntry.Genesis)).Append(entry.HashAfter("x")).Distinct().Count().ShouldBe(others.Length + 1);
    }

    private static async Task<(int Exit, bool Balanced)> VerifyAsync(string folder)
    {
        var output = new StringWriter();
        var exit = await LedgerVerb.RunAsync(["verify", "--data", folder], output, TestContext.Current.CancellationToken);
        return (exit, output.ToString().Contains("The books balance."));
    }
}
