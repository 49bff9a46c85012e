using System.Net;
using Pictor.EndToEnd.Peers;

namespace Pictor.EndToEnd.Replicas;

/// <summary>Replicas with PostgreSQL and an S3 store and no folder in common, as <c>compose.yaml</c> and the Kubernetes file have them.</summary>
public sealed class S3ReplicasTests(SwiftServer swift) : IClassFixture<SwiftServer>
{
    [Fact]
    public async Task A_picture_of_one_replica_is_read_and_edited_at_the_other_and_outlives_its_maker()
    {
        await using var pair = await ReplicaPair.StartAsync(settings: [("Pictor__Storage__SharedFolder", null), .. SwiftServer.Settings(swift.Endpoint)]);
        await pair.MetAsync();
        var held = await ReplicaPair.SubmitAsync(pair.A, "late" + ReplicaPair.Held);
        await Poll.UntilAsync(async () => (long)(await pair.SqlAsync("SELECT COUNT(*) FROM jobs WHERE state = 'accepted'"))! == 1, ReplicaPair.Patience, "the job to have a handle");

        var link = await LinkAsync(pair.A, new { model = "sandbox", prompt = "A red circle", size = "64x64", response_format = "url" });
        var bytes = await pair.B.Client.GetByteArrayAsync(pair.B.Rebase(link));

        // Inline pictures lie only where they came in, and the job runs there.
        await LinkAsync(pair.B, new { model = "sandbox", prompt = "Make it blue", image = "data:image/png;base64," + Convert.ToBase64String(bytes), response_format = "url" });
        await LinkAsync(pair.B, new { model = "sandbox", prompt = "Make it green", image = pair.B.Rebase(link).AbsoluteUri, response_format = "url" });

        pair.A.Kill();
        (await pair.B.Client.GetByteArrayAsync(pair.B.Rebase(link))).ShouldBe(bytes);
        pair.Fake.Release();
        var late = await ReplicaPair.EndAsync(pair.B, held);
        late.Text("status").ShouldBe("succeeded", late.ToString());
        using var picture = await pair.B.Client.GetAsync(pair.B.Rebase(late.GetProperty("data")[0].Text("url")));
        picture.StatusCode.ShouldBe(HttpStatusCode.OK);
        pair.ShouldBePaidOnce();
        await pair.ShouldBalanceAsync();
    }

    /// <summary>The store would say that there is no such picture, and a caller would believe that it is gone.</summary>
    [Fact]
    public async Task A_link_leads_to_the_store_when_the_picture_is_there_and_not_while_it_waits_at_another_replica()
    {
        await using var road = await FaultyRoad.ToAsync(swift.Endpoint);
        await using var pair = await ReplicaPair.StartAsync(
            settings: [("Pictor__Storage__SharedFolder", null), .. SwiftServer.Settings(road.Address, ("Pictor__Assets__S3__Presigned", "true"), ("Pictor__Assets__S3__MoveEvery", "01:00:00"))]);
        using var reader = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var there = await LinkAsync(pair.A, new { model = "sandbox", prompt = "x", size = "64x64", response_format = "url" });
        (await reader.GetAsync(pair.B.Rebase(there))).StatusCode.ShouldBe(HttpStatusCode.Found);

        road.Fault = Fault.Unavailable;
        var waiting = await LinkAsync(pair.A, new { model = "sandbox", prompt = "y", size = "64x64", response_format = "url" });
        (await reader.GetAsync(pair.A.Rebase(waiting))).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var fault in (Fault[])[Fault.Unavailable, Fault.None])
        {
            road.Fault = fault;
            using var answer = await reader.GetAsync(pair.B.Rebase(waiting));
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter.ShouldNotBeNull();
        }
    }

    private static async Task<string> LinkAsync(GatewayProcess replica, object body)
    {
        using var answer = await replica.GenerateAsync(body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("data")[0].Text("url");
    }
}
