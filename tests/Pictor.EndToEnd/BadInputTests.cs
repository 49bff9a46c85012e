using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Pictor.EndToEnd;

/// <summary>Whatever is sent: an answer below 500 in OpenAI's form, nothing charged, no file left.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private const string Door = "/v1/images/generations";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private GatewayProcess _gateway = null!;

    private string Data => _folder.PathOf("data");

    public async ValueTask InitializeAsync() => _gateway = await GatewayProcess.StartAsync(
        Data,
        ("Pictor__Upstream__Allow__test", "127.0.0.1/32:*"),
        ("Pictor__Upstream__RefusalTime", "00:00:00"),
        ("Pictor__Upstream__PictureTimeout", "00:00:03"),
        ("Pictor__Upstream__StallWindow", "00:00:01"));

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Broken_JSON_is_refused() => await AllRefusedAsync(BadBodies.Broken(), isWithoutJob: true);

    [Fact]
    public async Task Wrong_values_are_refused() => await AllRefusedAsync(BadBodies.Wrong(), isWithoutJob: true);

    [Fact]
    public async Task Pictures_that_are_none_are_refused() => await AllRefusedAsync(BadBodies.Pictures(), isWithoutJob: true);

    [Fact]
    public async Task Links_that_lead_nowhere_are_refused()
    {
        await using var server = new HostileServer();
        string[] links =
        [
            .. HostileServer.Ways.Select(server.Link), "http://127.0.0.1:1/refused.png", "http://127.0.0.2:80/not-allowed.png", "http://[::1]:80/x.png", "http://localhost:22/", "http://name.invalid/x.png",
            "http://0/", "http://127.1:25/", "http://2130706433:25/", "http://0x7f.1:25/", "http://①②⑦.⓪.⓪.①:25/", "http://user:password@127.0.0.1/x.png", "https://127.0.0.1:1/tls.png", "http://127.0.0.1:99999/", "http://127.0.0.1:0/", "http://%31/",
        ];
        var bodies = links.SelectMany(IEnumerable<(string Name, byte[] Body)> (link) =>
        [
            ($"image: {link}", JsonSerializer.SerializeToUtf8Bytes(new { model = "sandbox", prompt = "x", image = link })),
            ($"prompt: {link}", JsonSerializer.SerializeToUtf8Bytes(new { model = "sandbox", prompt = $"{link} make it blue" })),
        ]);

        await AllRefusedAsync(bodies, isWithoutJob: false);
    }

    [Fact]
    public async Task Strange_calls_are_refused()
    {
        var faults = new List<string>();
        var good = "{\"prompt\":\"x\",\"n\":0}"u8.ToArray();
        foreach (var (method, path, type, body) in new (string, string, string?, byte[]?)[]
        {
            ("GET", "/", null, null), ("GET", "/v1", null, null), ("GET", "/v1/nothing", null, null), ("POST", "/v1/images", "application/json", good), ("GET", "/v2/models", null, null),
            ("DELETE", Door, null, null), ("PUT", Door, "application/json", good), ("PATCH", Door, "application/json", good), ("POST", "/v1/models", "application/json", good), ("DELETE", "/healthz", null, null), ("BREW", Door, null, null),
            ("POST", Door, "text/plain", good), ("POST", Door, "multipart/form-data; boundary=b", good), ("POST", Door, "application/x-www-form-urlencoded", "prompt=x"u8.ToArray()), ("POST", Door, "image/png", good), ("POST", Door, "application/xml", good), ("POST", Door, "x", good), ("POST", Door, ";", good),
            ("POST", Door + "?seed=-1", "application/json", "{\"prompt\":\"x\"}"u8.ToArray()), ("POST", Door + "?n=0&n=1", "application/json", "{\"prompt\":\"x\"}"u8.ToArray()), ("POST", Door + "?prompt=%00", "application/json", "{}"u8.ToArray()), ("POST", Door + "?%00=1", "application/json", "{\"n\":0,\"prompt\":\"x\"}"u8.ToArray()),
            ("POST", Door + "?aspect_ratio=%FF%FE", "application/json", "{\"prompt\":\"x\"}"u8.ToArray()), ("POST", Door + "?async=perhaps", "application/json", "{\"prompt\":\"x\"}"u8.ToArray()), ("POST", Door + "?image=AAAA", "application/json", "{\"prompt\":\"x\"}"u8.ToArray()),
            ("GET", Door + "/no-such-job", null, null), ("GET", Door + "/%FF", null, null), ("GET", Door + "/..%2f..%2fetc%2fpasswd", null, null), ("GET", Door + "/" + new string('a', 5000), null, null), ("GET", Door + "/gen_%F0%9F%98%80", null, null),
            ("GET", Door + "/x?wait=-1", null, null), ("GET", Door + "/x?wait=301", null, null), ("GET", Door + "/x?wait=abc", null, null), ("POST", Door + "/x/cancel", null, null), ("GET", Door + "/x/cancel", null, null), ("GET", Door + "/x/nothing", null, null),
            ("GET", Door + "?limit=0", null, null), ("GET", Door + "?limit=101", null, null), ("GET", Door + "?limit=x", null, null), ("GET", Door + "?status=nothing", null, null), ("GET", Door + "?after=%00", null, null), ("GET", Door + "?after=" + new string('a', 100), null, null),
            ("GET", "/v1/models/nothing", null, null), ("GET", "/v1/models/%FF", null, null),
            ("GET", "/v1/assets/x", null, null), ("GET", "/v1/assets/img_aaaa.png", null, null), ("GET", "/v1/assets/..%2f..%2fpictor.db", null, null), ("GET", "/v1/assets/img_aa%2F..%2F..%2Fx.png?expires=9999999999&signature=x", null, null), ("GET", "/v1/assets/img_aaaaaaaa.png?expires=99999999999999999999&signature=%00", null, null), ("GET", "/v1/assets/img_aaaaaaaa.png?expires=9999999999&signature=" + new string('A', 3000), null, null), ("PUT", "/v1/assets/img_aaaa.png", null, null),
            ("POST", "/admin/keys", "application/json", "{}"u8.ToArray()), ("POST", "/admin/keys", "application/json", "{\"name\":1e400}"u8.ToArray()), ("POST", "/admin/keys", "application/json", "{\"name\":\"x\",\"models\":[\"nothing\"]}"u8.ToArray()), ("POST", "/admin/keys", "application/json", "{\"name\":\"x\",\"models\":\"sandbox\"}"u8.ToArray()), ("POST", "/admin/keys", "application/json", "{\"name\":\"x\",\"expires_at\":1}"u8.ToArray()), ("POST", "/admin/keys", "application/json", "{\"name\":\"x\",\"expires_at\":18446744073709551615}"u8.ToArray()), ("POST", "/admin/keys", "application/json", "{\"name\":\"x\",\"expires_at\":\"9999-99-99\"}"u8.ToArray()), ("POST", "/admin/keys", "application/json", "{\"name\":\"\\ud800\"}"u8.ToArray()), ("POST", "/admin/keys", "application/json", "{\"name\":\"x\",\"budget\":1}"u8.ToArray()),
            ("GET", "/admin/keys/nothing", null, null), ("PATCH", "/admin/keys/nothing", "application/json", "{}"u8.ToArray()), ("DELETE", "/admin/keys/nothing", null, null), ("POST", "/admin/keys/nothing/rotate", null, null), ("GET", "/admin/nothing", null, null), ("GET", "/openapi/v9.json", null, null),
        })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), _gateway.Address.OriginalString.TrimEnd('/') + path);
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            using var answer = await _gateway.Client.SendAsync(request);
            if (await FaultAsync(answer) is { } fault)
            {
                faults.Add($"{method} {(path.Length > 120 ? path[..120] : path)} {type}: {fault}");
            }
        }

        faults.ShouldBeEmpty();
        await NothingIsLeftAsync(isWithoutJob: true);
    }

    [Fact]
    public async Task Strange_headers_are_refused_or_ignored()
    {
        var faults = new List<string>();
        foreach (var (name, value) in new[]
        {
            ("Authorization", "Bearer"), ("Authorization", "Bearer  "), ("Authorization", "Basic dXNlcjpwYXNz"), ("Authorization", "Bearer " + new string('k', 8000)), ("x-api-key", "a\tb"),
        })
        {
            using var client = _gateway.ClientWith(null);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await client.SendAsync(request);
            if (answer.StatusCode != HttpStatusCode.Unauthorized || await FaultAsync(answer) is not null)
            {
                faults.Add($"{name}: {value}: {answer.StatusCode}");
            }
        }

        foreach (var prefer in (string[])["wait=-1", "wait=99999999999", "wait=", "wait=abc", "wait=1.5", "respond-async=", ",,;;", new string('w', 5000)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Door) { Content = JsonContent.Create(new { prompt = "x", n = 0 }) };
            request.Headers.TryAddWithoutValidation("Prefer", prefer);
            using var answer = await _gateway.Client.SendAsync(request);
            if (await FaultAsync(answer) is { } fault)
            {
                faults.Add($"Prefer: {prefer}: {fault}");
            }
        }

        faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Broken_HTTP_never_ends_the_gateway()
    {
        var head = $"POST {Door} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {GatewayProcess.AdminKey}\r\nContent-Type: application/json\r\n";
        var picture = new string('A', 200_000);
        var faults = new List<string>();
        foreach (var (wanted, sent) in new (int? Status, string Sent)[]
        {
            (null, "\r\n\r\n"), (400, "GET\r\n\r\n"), (505, "GET / HTTP/9.9\r\n\r\n"), (400, "\0\0\0\0\r\n\r\n"), (505, "GET /v1/models\r\n\r\n"),
            (400, "GET /v1/models/%00 HTTP/1.1\r\nHost: x\r\n\r\n"), (400, "GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \u00ff\u0001\r\n\r\n"), (400, "GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n"), (400, "GET / HTTP/1.1\r\n\r\n"), (400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
            (431, "GET / HTTP/1.1\r\nHost: x\r\nX: " + new string('a', 70_000) + "\r\n\r\n"), (414, "GET /" + new string('a', 70_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"), (431, "GET / HTTP/1.1\r\nHost: x\r\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"X{i}: 1\r\n")) + "\r\n"),
            (400, head + "Content-Length: -1\r\n\r\n"), (400, head + "Content-Length: abc\r\n\r\n"), (400, head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"), (400, head + "Content-Length: 99999999999999999999\r\n\r\n"), (413, head + "Content-Length: 70000000\r\n\r\n{}"),
            (400, head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), (400, head + "Transfer-Encoding: chunked\r\n\r\n-1\r\n"), (400, head + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{"), (400, head + "Transfer-Encoding: gzip\r\n\r\n"), (400, head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
            (null, head + "Content-Length: 400000\r\n\r\n{\"prompt\":\"x\",\"image\":\"" + picture), (null, head + "Transfer-Encoding: chunked\r\n\r\n30d40\r\n{\"prompt\":\"x\",\"image\":\"" + picture[..100_000]), (null, head + "Content-Length: 10\r\n\r\n{\"pro"),
            (400, head + "Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n{\"prompt\":\"x\",\"n\":0}"), (400, head + "Expect: 200-maybe\r\nContent-Length: 20\r\n\r\n{\"prompt\":\"x\",\"n\":0}"),
        })
        {
            // What is whole, or broken beyond doubt, is answered; a request whose rest never comes may be answered or left.
            var line = await SendRawAsync(sent, isWhole: wanted is not null);
            var isRight = wanted is null ? line is "" || line.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) : line.StartsWith($"HTTP/1.1 {wanted} ", StringComparison.Ordinal);
            if (!isRight)
            {
                faults.Add($"{sent[..Math.Min(sent.Length, 160)]} -> {wanted}, not '{line}'");
            }
        }

        faults.ShouldBeEmpty();
        await NothingIsLeftAsync(isWithoutJob: true);
        using var alive = await _gateway.GenerateAsync(new { model = "sandbox", size = "128x128", prompt = "Sunset" });
        alive.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<string?> FaultAsync(HttpResponseMessage answer) =>
        Answers.FaultOfRefusal((int)answer.StatusCode, answer.Headers.TryGetValues("x-request-id", out var ids) ? ids.Single() : null, await answer.Content.ReadAsStringAsync());

    private async Task AllRefusedAsync(IEnumerable<(string Name, byte[] Body)> bodies, bool isWithoutJob)
    {
        var faults = new List<string>();
        var sent = 0;
        await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (bad, cancellationToken) =>
        {
            Interlocked.Increment(ref sent);
            using var content = new ByteArrayContent(bad.Body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            string? fault;
            try
            {
                using var answer = await _gateway.Client.PostAsync(Door, content, cancellationToken);
                fault = await FaultAsync(answer);
            }
            catch (HttpRequestException cut)
            {
                fault = $"no answer: {cut.GetBaseException().Message}";
            }

            if (fault is not null)
            {
                lock (faults)
                {
                    faults.Add($"{bad.Name}: {fault}");
                }
            }
        });

        sent.ShouldBeGreaterThan(30);
        faults.ShouldBeEmpty();
        await NothingIsLeftAsync(isWithoutJob);
    }

    private async Task NothingIsLeftAsync(bool isWithoutJob)
    {
        // A body that was cut is let go when the server notices, a moment later.
        await Poll.UntilAsync(() => Task.FromResult(DataFolderAudit.Leftovers(Data).Length == 0), Patience, "empty folders");
        (await DataFolderAudit.FaultsAsync(Data)).ShouldBeEmpty();
        (await DataFolderAudit.CostAsync(Data)).ShouldBe(0);

        // What a stranger sends is no fault of the gateway's, so its log must not cry.
        _gateway.Output.Split('\n').Where(line => line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal)).ShouldBeEmpty(_gateway.Output);
        var states = await DataFolderAudit.StatesAsync(Data);
        if (isWithoutJob)
        {
            states.ShouldBeEmpty();
        }
        else
        {
            states.Keys.ShouldBe(["failed"]);
        }
    }

    // Sends bytes and reads the first line of what comes. Only what is not whole is followed by an end: the server takes that for a caller who has left.
    private async Task<string> SendRawAsync(string text, bool isWhole)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_gateway.Address.Host, _gateway.Address.Port);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text));
            if (!isWhole)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            // Refused before all of it was taken: the answer is there all the same.
        }

        using var reader = new StreamReader(stream, Encoding.Latin1);
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            return await reader.ReadLineAsync(limit.Token) ?? "";
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            return isWhole ? fault.Message : "";
        }
        catch (OperationCanceledException)
        {
            return "no answer in time";
        }
    }
}
