using System.Net;

namespace Pictor.Tests.Assets;

/// <summary>What an S3 store in trouble may cost: time, and never a picture.</summary>
public sealed class S3AssetStoreTests
{
    private static readonly object Picture = new { model = "sandbox", prompt = "x", size = "64x64" };

    [Theory]
    [InlineData("HTTP/1.1 503 X\r\nContent-Length: 100\r\n\r\n<Error>", true)]
    [InlineData("HTTP/1.1 503 X\r\nContent-Length: 100\r\n\r\n<Error>", false)]
    [InlineData("HTTP/1.1 400 X\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", true)]
    [InlineData("HTTP/1.1 500 X\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip", false)]
    [InlineData("HTTP/1.1 ", false)]
    [InlineData("\u0016\u0003\u0001garbage", true)]
    public async Task A_store_that_breaks_inside_its_refusal_leaves_the_picture_here(string answer, bool hangsUp)
    {
        await using var bucket = new Bucket();
        bucket.Instead = async (_, exchange) =>
        {
            await exchange.WriteAsync(answer);
            if (hangsUp)
            {
                exchange.Reset();
            }
            else
            {
                await exchange.HoldAsync();
            }

            return true;
        };
        await using var gateway = await TestGateway.StartAsync(settings: bucket.Settings("Pictor:Assets:S3:Timeout=00:00:01"));
        var link = await MakeAsync(gateway);
        Kept(gateway).Count.ShouldBe(1);
        (await gateway.Client.GetByteArrayAsync(link)).AsSpan(1, 3).SequenceEqual("PNG"u8).ShouldBeTrue();
        bucket.Calls.First().ShouldStartWith("PUT ");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 403 X\r\nContent-Length: 1000\r\n\r\n<Error>")]
    public async Task A_store_that_falls_silent_while_a_picture_is_read_does_not_hold_its_reader(string answer)
    {
        await using var bucket = new Bucket();
        await using var gateway = await TestGateway.StartAsync(settings: bucket.Settings("Pictor:Assets:S3:Timeout=00:00:01"));
        var link = await MakeAsync(gateway);
        bucket.Objects.Count.ShouldBe(1);
        bucket.Instead = async (_, exchange) =>
        {
            await exchange.WriteAsync(answer);
            await exchange.HoldAsync();
            return true;
        };

        // As a reference the picture is read before anything is answered.
        using var edited = await gateway.GenerateAsync(new { model = "sandbox", prompt = "Make it blue", size = "64x64", input_image = link.AbsoluteUri });
        edited.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, await edited.Content.ReadAsStringAsync());
        edited.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(400, "BadDigest")]
    [InlineData(400, "XAmzContentSHA256Mismatch")]
    [InlineData(413, "EntityTooLarge")]
    public async Task A_picture_that_the_store_refuses_keeps_neither_those_that_wait_nor_new_ones_from_it(int status, string code)
    {
        var clock = new FakeClock();
        await using var bucket = new Bucket { Instead = (_, exchange) => Bucket.RefuseAsync(exchange, 503, "SlowDown") };
        await using var gateway = await StartAsync(clock, bucket);
        await MakeAsync(gateway, 4);
        Kept(gateway).Count.ShouldBe(4);
        var poisoned = RefuseFirst(bucket, "PUT", status, code);
        var began = clock.GetUtcNow();
        await RoundsUntilAsync(clock, () => Kept(gateway).Count == 1);

        var before = bucket.Objects.Count;
        await MakeAsync(gateway);
        bucket.Objects.Count.ShouldBe(before + 1);

        // Whatever is wrong with it, it is tried again, but not at every round.
        bucket.Calls.Count(call => call == poisoned.Value).ShouldBeInRange(1, 1 + (int)((clock.GetUtcNow() - began).TotalMinutes / 10));
        bucket.Instead = (_, _) => Task.FromResult(false);
        await RoundsUntilAsync(clock, () => Kept(gateway).Count == 0);
    }

    [Fact]
    public async Task A_picture_at_which_the_store_fails_is_not_in_the_way_of_the_others()
    {
        var clock = new FakeClock();
        await using var bucket = new Bucket { Instead = (_, exchange) => Bucket.RefuseAsync(exchange, 503, "SlowDown") };
        await using var gateway = await StartAsync(clock, bucket);
        await MakeAsync(gateway, 4);
        var poisoned = RefuseFirst(bucket, "PUT", 500, "InternalError");
        await RoundsUntilAsync(clock, () => Kept(gateway).Count == 1);
        bucket.Instead = (_, _) => Task.FromResult(false);
        await RoundsUntilAsync(clock, () => Kept(gateway).Count == 0);
        bucket.Objects.ShouldContain(poisoned.Value!.Split(' ')[1]);
    }

    [Fact]
    public async Task A_picture_that_cannot_be_read_here_is_not_in_the_way_of_the_others()
    {
        var clock = new FakeClock();
        await using var bucket = new Bucket { Instead = (_, exchange) => Bucket.RefuseAsync(exchange, 503, "SlowDown") };
        await using var gateway = await StartAsync(clock, bucket);
        await MakeAsync(gateway, 4);

        // A folder in the place of each file but one cannot be opened, whoever asks.
        foreach (var path in Kept(gateway).Skip(1))
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
            File.WriteAllText(Path.Combine(path, Path.GetFileName(path)), "");
        }

        bucket.Instead = (_, _) => Task.FromResult(false);
        await RoundsUntilAsync(clock, () => bucket.Objects.Count == 1);
    }

    [Fact]
    public async Task A_picture_that_cannot_be_removed_is_passed_over_and_tried_again()
    {
        var clock = new FakeClock();
        await using var bucket = new Bucket();
        await using var gateway = await StartAsync(clock, bucket, "Pictor:Assets:Keep=01:00:00", "Pictor:Assets:LinkLife=00:30:00", "Pictor:Assets:SweepEvery=00:00:10");
        await MakeAsync(gateway, 4);
        var poisoned = RefuseFirst(bucket, "DELETE", 403, "AccessDenied");
        clock.Advance(TimeSpan.FromHours(1));
        await RoundsUntilAsync(clock, () => bucket.Calls.Count(call => call == poisoned.Value) >= 3);
        bucket.Objects.ShouldBe([poisoned.Value!.Split(' ')[1]]);

        // The others are known to be gone: nobody asks for them again.
        bucket.Calls.Where(call => call.StartsWith("DELETE ", StringComparison.Ordinal) && call != poisoned.Value).ShouldBeUnique();
        bucket.Instead = (_, _) => Task.FromResult(false);
        await RoundsUntilAsync(clock, () => bucket.Objects.Count == 0);
    }

    private static Task<TestGateway> StartAsync(FakeClock clock, Bucket bucket, params string[] more) =>
        TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock), settings: bucket.Settings(["Pictor:Assets:S3:MoveEvery=00:00:10", "Pictor:Assets:S3:Timeout=01:00:00", "Pictor:Upstream:CallTimeout=01:00:00", .. more]));

    // The first object that is named from now on is the one the store has something against.
    private static Poisoned RefuseFirst(Bucket bucket, string method, int status, string code)
    {
        var poisoned = new Poisoned();
        bucket.Calls.Clear();
        bucket.Instead = async (call, exchange) =>
            call.StartsWith(method + " ", StringComparison.Ordinal) && poisoned.Is(call) && await Bucket.RefuseAsync(exchange, status, code);
        return poisoned;
    }

    private static async Task RoundsUntilAsync(FakeClock clock, Func<bool> holds) =>
        await Eventually.TrueAsync(() =>
        {
            if (holds())
            {
                return true;
            }

            clock.Advance(TimeSpan.FromSeconds(10));
            return false;
        });

    private static List<string> Kept(TestGateway gateway) => [.. Directory.EnumerateFiles(Path.Combine(gateway.Folder, "assets"), "*", SearchOption.AllDirectories)];

    private static async Task MakeAsync(TestGateway gateway, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await MakeAsync(gateway);
        }
    }

    private static async Task<Uri> MakeAsync(TestGateway gateway)
    {
        using var answer = await gateway.GenerateAsync(Picture);
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        return new Uri(body.GetProperty("data")[0].Text("url"));
    }

    private sealed class Poisoned
    {
        private string? _value;

        public string? Value => _value;

        public bool Is(string call) => Interlocked.CompareExchange(ref _value, call, null) is not { } before || before == call;
    }
}
