using System.Net;
using Pictor.FakeUpstreams;

namespace Pictor.Tests.Providers;

/// <summary>The judge himself.</summary>
public sealed class FakeUpstreamTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Its_record_is_in_the_file_before_the_answer_and_goes_on_after_a_restart()
    {
        File.Delete(_file);
        for (var start = 1; start <= 2; start++)
        {
            await using var fake = await FakeUpstream.StartAsync(new FakeOptions { RecordFile = _file });
            await Should.ThrowAsync<HttpRequestException>(GenerateAsync(fake, $"[fake: job=j{start} fault=reset-after-body]"));
            FakeRecord.Read(_file).Count.ShouldBe(start);
            fake.Record.Paid.Select(call => call.Job).ShouldBe(start == 1 ? ["j1"] : ["j1", "j2"]);
        }

        FakeRecord.Read(_file).Select(call => call.Number).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Its_record_can_be_read_when_the_last_line_was_cut_short()
    {
        await using (var fake = await FakeUpstream.StartAsync(new FakeOptions { RecordFile = _file }))
        {
            using var answer = await GenerateAsync(fake, "a lighthouse");
        }

        await File.AppendAllTextAsync(_file, """{"number":2,"at":"2025""");

        FakeRecord.Read(_file).ShouldHaveSingleItem().IsPaid.ShouldBeTrue();
    }

    [Fact]
    public async Task Takes_faults_from_outside()
    {
        await using var fake = await FakeUpstream.StartAsync();
        using var client = new HttpClient { BaseAddress = fake.Address };
        using var queued = await client.PostAsJsonAsync("/control/faults", new { directives = "status=429 retry-after=9", next = 1, dialect = "openai" });
        queued.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        using var first = await GenerateAsync(fake, "a lighthouse");
        using var second = await GenerateAsync(fake, "a lighthouse");

        first.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        first.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(9));
        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetStringAsync("/control/record")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Refuses_and_records_a_credential_on_the_wrong_host()
    {
        await using var fake = await FakeUpstream.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(fake.OtherAddress, "/files/64x64-1.png"));
        request.Headers.Add("x-key", "secret");

        using var answer = await client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        fake.Record.Calls.ShouldHaveSingleItem().Reason.ShouldBe("credential on the wrong host");
    }

    private static async Task<HttpResponseMessage> GenerateAsync(FakeUpstream fake, string prompt)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + FakeOptions.UsualCredential);
        return await client.PostAsJsonAsync(fake.BaseOf("openai", "/v1/images/generations"), new { model = "gpt-image-1", prompt });
    }
}
