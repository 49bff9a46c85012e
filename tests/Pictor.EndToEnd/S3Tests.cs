using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Pictor.EndToEnd.Peers;

namespace Pictor.EndToEnd;

/// <summary>Pictures in an S3 store that checks signatures and clocks: OpenStack Swift.</summary>
public sealed class S3Tests(SwiftServer swift) : IClassFixture<SwiftServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Pictures_go_to_the_store_and_come_back_whole_and_in_parts()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), SwiftServer.Settings(swift.Endpoint));
        var link = await MakeAsync(gateway);
        Kept(folder).ShouldBeEmpty();

        using var whole = await gateway.Client.GetAsync(link);
        var bytes = await whole.Content.ReadAsByteArrayAsync();
        whole.StatusCode.ShouldBe(HttpStatusCode.OK);
        whole.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        whole.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        whole.Content.Headers.ContentLength.ShouldBe(bytes.Length);
        bytes.AsSpan(1, 3).SequenceEqual("PNG"u8).ShouldBeTrue();

        using var part = new HttpRequestMessage(HttpMethod.Get, link) { Headers = { Range = new RangeHeaderValue(10, 29) } };
        using var some = await gateway.Client.SendAsync(part);
        some.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await some.Content.ReadAsByteArrayAsync()).ShouldBe(bytes[10..30]);

        using var head = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, link));
        head.Content.Headers.ContentLength.ShouldBe(bytes.Length);

        using var again = new HttpRequestMessage(HttpMethod.Get, link) { Headers = { IfNoneMatch = { whole.Headers.ETag! } } };
        using var unchanged = await gateway.Client.SendAsync(again);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);

        using var encoded = await gateway.GenerateAsync(Body(format: "b64_json"));
        var answer = await encoded.Content.ReadFromJsonAsync<JsonElement>();
        answer.GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64().ShouldBe(bytes);
    }

    [Fact]
    public async Task A_picture_of_the_store_is_a_reference_image_and_is_removed_when_its_time_is_over()
    {
        using var folder = new TemporaryFolder();
        await using var road = await FaultyRoad.ToAsync(swift.Endpoint);
        await using var gateway = await GatewayProcess.StartAsync(
            folder.PathOf("data"),
            SwiftServer.Settings(road.Address, ("Pictor__Assets__SweepEvery", "00:00:01")));
        var link = await MakeAsync(gateway);
        using var edited = await gateway.GenerateAsync(new { model = "sandbox", prompt = "Make it blue", input_image = link.AbsoluteUri });
        edited.StatusCode.ShouldBe(HttpStatusCode.OK, await edited.Content.ReadAsStringAsync());

        (await StatusAsync(gateway, link)).ShouldBe(HttpStatusCode.OK);
        (await DataFolderAudit.ExpireAsync(folder.PathOf("data"))).ShouldBe(2);
        await Poll.UntilAsync(() => Task.FromResult(road.Calls.Count(call => call == "DELETE 204") == 2), Patience, "both pictures to be removed");

        // The row follows a moment after the object.
        await Poll.UntilAsync(async () => await StatusAsync(gateway, link) == HttpStatusCode.NotFound, Patience, "the link to lead nowhere");
    }

    [Fact]
    public async Task Presigned_links_lead_past_the_gateway_and_hold_for_one_picture()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), SwiftServer.Settings(swift.Endpoint, ("Pictor__Assets__S3__Presigned", "true")));
        var link = await MakeAsync(gateway);
        using var plain = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var sent = await plain.GetAsync(link);
        sent.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var direct = sent.Headers.Location!;
        direct.GetLeftPart(UriPartial.Authority).ShouldBe(swift.Endpoint.GetLeftPart(UriPartial.Authority));

        using var picture = await plain.GetAsync(direct);
        picture.StatusCode.ShouldBe(HttpStatusCode.OK, await picture.Content.ReadAsStringAsync());
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        using var other = await plain.GetAsync(direct.AbsoluteUri.Replace("img_", "img_0", StringComparison.Ordinal));
        other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData(Fault.Down)]
    [InlineData(Fault.Forbidden)]
    [InlineData(Fault.Unavailable)]
    [InlineData(Fault.HalfRefused)]
    [InlineData(Fault.Silent)]
    [InlineData(Fault.Cut)]
    public async Task A_store_in_trouble_loses_no_picture(Fault fault)
    {
        using var folder = new TemporaryFolder();
        await using var road = await FaultyRoad.ToAsync(swift.Endpoint);
        var settings = SwiftServer.Settings(road.Address, ("Pictor__Assets__S3__Timeout", "00:00:01"));
        await using var before = await GatewayProcess.StartAsync(folder.PathOf("data"), settings);
        var early = await MakeAsync(before);
        var earlyBytes = await before.Client.GetByteArrayAsync(early);

        road.Fault = fault;
        var link = await MakeAsync(before);
        var bytes = await before.Client.GetByteArrayAsync(link);
        Kept(folder).Count.ShouldBe(1);
        using var unreadable = fault == Fault.Cut ? null : await before.Client.GetAsync(early);
        unreadable?.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        unreadable?.Headers.RetryAfter.ShouldNotBeNull();

        // What waits to be moved outlives the process.
        before.Kill();
        await using var after = await GatewayProcess.StartAsync(folder.PathOf("data"), settings);
        (await after.Client.GetByteArrayAsync(after.Rebase(link.AbsoluteUri))).ShouldBe(bytes);

        road.Fault = Fault.None;
        await Poll.UntilAsync(() => Task.FromResult(Kept(folder).Count == 0), Patience, "the picture to be moved");
        (await after.Client.GetByteArrayAsync(after.Rebase(link.AbsoluteUri))).ShouldBe(bytes);
        (await after.Client.GetByteArrayAsync(after.Rebase(early.AbsoluteUri))).ShouldBe(earlyBytes);
    }

    [Fact]
    public async Task A_file_that_was_damaged_here_is_refused_by_the_store_and_in_nobodys_way()
    {
        using var folder = new TemporaryFolder();
        await using var road = await FaultyRoad.ToAsync(swift.Endpoint);
        road.Fault = Fault.Unavailable;
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), SwiftServer.Settings(road.Address));
        for (var i = 0; i < 4; i++)
        {
            await MakeAsync(gateway);
        }

        // All but one: whichever comes first, those behind it are reached.
        foreach (var path in Kept(folder).Skip(1))
        {
            var bytes = await File.ReadAllBytesAsync(path);
            bytes[^1] ^= 1;
            await File.WriteAllBytesAsync(path, bytes);
        }

        road.Fault = Fault.None;
        await Poll.UntilAsync(() => Task.FromResult(Kept(folder).Count == 3), Patience, "the whole one to be moved");
        await MakeAsync(gateway);
        Kept(folder).Count.ShouldBe(3);
        await Poll.UntilAsync(() => Task.FromResult(gateway.Output.Contains("is not taken by the S3 store", StringComparison.Ordinal)), Patience, "the damaged ones to have been tried, behind the whole one");
    }

    [Fact]
    public async Task A_store_whose_clock_differs_by_an_hour_is_followed()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), SwiftServer.Settings(await swift.WithWrongClockAsync()));
        var link = await MakeAsync(gateway);
        Kept(folder).ShouldBeEmpty();
        (await gateway.Client.GetByteArrayAsync(link)).ShouldNotBeEmpty();
        gateway.Output.ShouldContain("clock of the S3 store differs");
    }

    [Fact]
    public async Task A_wrong_secret_keeps_pictures_here_and_says_so_without_telling_it()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), SwiftServer.Settings(swift.Endpoint, ("Pictor__Assets__S3__SecretKey", "not-the-secret")));
        var link = await MakeAsync(gateway);
        (await gateway.Client.GetByteArrayAsync(link)).ShouldNotBeEmpty();
        gateway.Output.ShouldContain("SignatureDoesNotMatch");
        gateway.Output.ShouldNotContain("not-the-secret");
    }

    private static List<string> Kept(TemporaryFolder folder) => [.. Directory.EnumerateFiles(folder.PathOf("data/assets"), "*", SearchOption.AllDirectories)];

    private static object Body(string format = "url") => new { model = "sandbox", prompt = "A red circle", seed = 7, output_format = "png", response_format = format };

    private static async Task<HttpStatusCode> StatusAsync(GatewayProcess gateway, Uri link)
    {
        using var answer = await gateway.Client.GetAsync(link);
        return answer.StatusCode;
    }

    private static async Task<Uri> MakeAsync(GatewayProcess gateway)
    {
        using var answer = await gateway.GenerateAsync(Body());
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return new Uri((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data")[0].GetProperty("url").GetString()!);
    }
}
