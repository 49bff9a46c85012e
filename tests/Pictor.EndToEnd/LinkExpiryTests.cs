using System.Net;

namespace Pictor.EndToEnd;

/// <summary>Signed links die in time, and a read of the job gives a fresh one.</summary>
public sealed class LinkExpiryTests
{
    // Long enough for a first look on a machine with much to do; the rest of it is waited for.
    private const int Life = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_link_works_then_is_404_and_the_job_gives_a_fresh_one()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), ("Pictor__Assets__LinkLife", $"00:00:{Life}"));
        using var stranger = new HttpClient();
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using var made = await gateway.GenerateAsync(new { model = "sandbox", size = "128x128", prompt = "Sunset" });
        var job = await made.JsonAsync();
        var link = job.GetProperty("data")[0].Text("url");
        job.GetProperty("data")[0].GetProperty("expires_at").GetInt64().ShouldBeInRange(before + Life, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + Life);
        (await StatusAsync(stranger, link)).ShouldBe(HttpStatusCode.OK);

        await Poll.UntilAsync(async () => await StatusAsync(stranger, link) == HttpStatusCode.NotFound, Patience, "the link to expire");
        using (var gone = await stranger.GetAsync(link))
        {
            Answers.FaultOfRefusal((int)gone.StatusCode, gone.Headers.GetValues("x-request-id").Single(), await gone.Content.ReadAsStringAsync()).ShouldBeNull();
        }

        using var again = await gateway.Client.GetAsync($"/v1/images/generations/{job.Text("id")}");
        var fresh = (await again.JsonAsync()).GetProperty("data")[0].Text("url");
        fresh.ShouldNotBe(link);
        (await StatusAsync(stranger, fresh)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_link_lives_as_long_as_its_request_asked_and_no_change_of_it_is_valid()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"));
        using var stranger = new HttpClient();
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using var made = await gateway.GenerateAsync(new { model = "sandbox", size = "128x128", prompt = "Sunset", url_expires_in = 60 });
        var image = (await made.JsonAsync()).GetProperty("data")[0];
        var link = image.Text("url");
        var expires = image.GetProperty("expires_at").GetInt64();
        expires.ShouldBeInRange(before + 60, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60);

        (await StatusAsync(stranger, link)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(stranger, link.Replace($"expires={expires}", $"expires={expires + 1}", StringComparison.Ordinal))).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(stranger, link[..^2] + (link[^2] == 'A' ? 'B' : 'A') + link[^1])).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(stranger, link[..link.IndexOf('?', StringComparison.Ordinal)])).ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string link)
    {
        using var answer = await client.GetAsync(link);
        return answer.StatusCode;
    }
}
