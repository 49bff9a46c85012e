using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Pictor.Imaging;
using Pictor.EndToEnd.Peers;

namespace Pictor.EndToEnd;

/// <summary>
/// A job that takes longer than a proxy bears silence, on every door that promises to survive it: 6 s behind an nginx that waits 2 s,
/// and 300 s behind one that waits 60 s where <c>PICTOR_LONG=1</c>.
/// </summary>
public sealed class ProxyTests : IAsyncLifetime
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("PICTOR_LONG") == "1";
    private static readonly int JobSeconds = IsLong ? 300 : 6;
    private static readonly int ReadSeconds = IsLong ? 60 : 2;
    private static readonly int OftenSeconds = ReadSeconds / 2;

    private readonly TemporaryFolder _folder = new();
    private GatewayProcess _gateway = null!;
    private NginxServer _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        // Comments come every 8 s unless said; the short run has its clock scaled with the rest.
        _gateway = await GatewayProcess.StartAsync(_folder.PathOf("data"), ("Pictor__Api__CommentEvery", IsLong ? null : "00:00:00.5"));
        _proxy = await NginxServer.InFrontOfAsync(_gateway, TimeSpan.FromSeconds(ReadSeconds));
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Dispose();
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_door_that_promises_it_outlasts_a_proxy_that_bears_no_silence()
    {
        using var client = Through(GatewayProcess.AdminKey);
        using var accepting = await KeyAsync("accepted");
        using var blank = await KeyAsync("blank");
        using var plain = await KeyAsync(then: null);
        (string Door, Task Run)[] doors =
        [
            ("chat stream", ChatStreamAsync(client)),
            ("stream of a generation", ImageStreamAsync(client, "generations", Json(new { stream = true }), "image_generation.completed")),
            ("stream of an edit", ImageStreamAsync(client, "edits", Form(), "image_edit.completed")),
            ("events of a job", EventsAsync(client)),
            ("async and polls that wait", AsyncAndPollsAsync(client)),
            ("async and the polls of relay nodes", TaskAsync(client)),
            ("Prefer: wait", PreferAsync(client)),
            ("Pictor-Keep-Alive", KeepAliveAsync(client, "/v1/images/generations", Json(new { }))),
            ("Pictor-Keep-Alive of a chat", KeepAliveAsync(client, "/v1/chat/completions", Chat(isStream: false))),
            ("a key that turns its calls into a 202", KeyThatAcceptsAsync(accepting)),
            ("a key that sends blanks", KeyThatSendsBlanksAsync(blank)),
            ("a plain call, which the proxy cuts and whose job goes on", CutAsync(plain)),
        ];
        var faults = new List<string>();
        foreach (var (door, run) in doors)
        {
            try
            {
                await run;
            }
            catch (Exception fault) when (fault is ShouldAssertException or HttpRequestException or JsonException or TimeoutException)
            {
                faults.Add($"{door}: {fault.Message}");
            }
        }

        faults.ShouldBeEmpty();
    }

    private static async Task ChatStreamAsync(HttpClient client)
    {
        using var answer = await SendAsync(client, "/v1/chat/completions", Chat(isStream: true));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        // The role is through the proxy while the picture is still being made: nothing is held back on the way.
        (await reader.ReadLineAsync()).ShouldNotBeNull().ShouldContain("\"role\":\"assistant\"");
        using var job = await client.GetAsync("/v1/images/generations/" + answer.Headers.GetValues("x-pictor-job").Single());
        (await job.JsonAsync()).Text("status").ShouldNotBe("succeeded");
        var rest = await reader.ReadToEndAsync();
        rest.ShouldContain("![image](http");
        rest.TrimEnd().ShouldEndWith("data: [DONE]");
    }

    private static async Task ImageStreamAsync(HttpClient client, string door, HttpContent body, string completed)
    {
        using var answer = await SendAsync(client, "/v1/images/" + door, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldContain($"event: {completed}");
    }

    private static async Task EventsAsync(HttpClient client)
    {
        using var accepted = await client.PostAsync("/v1/images/generations", Json(new { async = true }));
        using var answer = await client.GetAsync(accepted.Headers.Location + "/events", HttpCompletionOption.ResponseHeadersRead);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain("event: result");
        text.ShouldContain("\"status\":\"succeeded\"");
    }

    private static async Task TaskAsync(HttpClient client)
    {
        using var accepted = await client.PostAsync("/v1/images/generations?async=true", Json(new { }));
        var task = "/v1/images/tasks/" + (await accepted.JsonAsync()).Text("task_id");
        await Poll.UntilAsync(
            async () =>
            {
                using var answer = await client.GetAsync(task);
                return (await answer.JsonAsync()).GetProperty("data").Text("status") == "SUCCESS";
            },
            TimeSpan.FromSeconds(JobSeconds * 3),
            "the task");
    }

    private static async Task PreferAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = Json(new { }) };
        request.Headers.Add("Prefer", $"wait={OftenSeconds}");
        await FollowAsync(client, await client.SendAsync(request));
    }

    private static async Task AsyncAndPollsAsync(HttpClient client) => await FollowAsync(client, await client.PostAsync("/v1/images/generations", Json(new { async = true })));

    private static async Task KeyThatSendsBlanksAsync(HttpClient client) => await BlankAsync(await SendAsync(client, "/v1/images/generations", Json(new { })));

    private static async Task KeyThatAcceptsAsync(HttpClient client) => await FollowAsync(client, await client.PostAsync("/v1/images/generations", Json(new { })));

    private static async Task FollowAsync(HttpClient client, HttpResponseMessage accepted)
    {
        using (accepted)
        {
            accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            var polls = 0;
            await Poll.UntilAsync(
                async () =>
                {
                    polls++;
                    using var answer = await client.GetAsync($"{accepted.Headers.Location}?wait={OftenSeconds}");
                    answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                    return (await answer.JsonAsync()).Text("status") == "succeeded";
                },
                TimeSpan.FromSeconds(JobSeconds * 3),
                "the job");
            polls.ShouldBeInRange(2, JobSeconds * 3);
        }
    }

    private static async Task KeepAliveAsync(HttpClient client, string door, HttpContent body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, door) { Content = body };
        request.Headers.Add("Pictor-Keep-Alive", $"{OftenSeconds}");
        await BlankAsync(await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
    }

    private static async Task BlankAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            var text = await answer.Content.ReadAsStringAsync();
            text.ShouldStartWith("  ");
            JsonDocument.Parse(text).RootElement.TryGetProperty("error", out _).ShouldBeFalse(text);
        }
    }

    private static async Task CutAsync(HttpClient client)
    {
        using var answer = await SendAsync(client, "/v1/images/generations", Json(new { }));
        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        answer.Headers.Server.ToString().ShouldStartWith("nginx");
        await Poll.UntilAsync(
            async () =>
            {
                using var jobs = await client.GetAsync("/v1/images/generations");
                return (await jobs.JsonAsync()).GetProperty("data").EnumerateArray().Single().Text("status") == "succeeded";
            },
            TimeSpan.FromSeconds(JobSeconds * 3),
            "the job");
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string door, HttpContent body) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Post, door) { Content = body }, HttpCompletionOption.ResponseHeadersRead);

    private static string Prompt => $"a lighthouse [sandbox: delay={JobSeconds}s]";

    private static JsonContent Json(object more)
    {
        var body = JsonSerializer.SerializeToNode(more)!.AsObject();
        (body["model"], body["size"], body["prompt"]) = ("sandbox", "64x64", Prompt);
        return JsonContent.Create(body);
    }

    private static JsonContent Chat(bool isStream) =>
        JsonContent.Create(new { model = "sandbox", size = "64x64", stream = isStream, messages = new[] { new { role = "user", content = Prompt } } });

    private static MultipartFormDataContent Form()
    {
        var picture = new ByteArrayContent(Pixels.Solid(80, 60, PictureFormat.Png));
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return new MultipartFormDataContent
        {
            { new StringContent("sandbox"), "model" },
            { new StringContent(Prompt), "prompt" },
            { new StringContent("64x64"), "size" },
            { new StringContent("true"), "stream" },
            { picture, "image", "picture.png" },
        };
    }

    private HttpClient Through(string key)
    {
        var client = new HttpClient { BaseAddress = _proxy.Address, Timeout = TimeSpan.FromSeconds(JobSeconds * 3) };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + key);
        return client;
    }

    private async Task<HttpClient> KeyAsync(string? then)
    {
        using var made = await _gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "proxied", waiting = then is null ? null : new { seconds = OftenSeconds, then } });
        return Through((await made.JsonAsync()).Text("key"));
    }
}
