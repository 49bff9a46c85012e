using System.Net;
using System.Net.Http.Headers;
using Pictor.Assets;

namespace Pictor.Tests.Api.Assets;

public sealed class AssetsEndpointTests : IAsyncLifetime
{
    private readonly FakeClock _clock = new();
    private readonly HttpClient _anyone = new();
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(_clock));

    public async ValueTask DisposeAsync()
    {
        _anyone.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_link_works_without_a_key_until_it_expires_and_the_job_gives_a_fresh_one()
    {
        var (id, url) = await MakeAsync();
        using (var picture = await _anyone.GetAsync(url))
        {
            picture.StatusCode.ShouldBe(HttpStatusCode.OK);
            picture.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            picture.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; sandbox"]);
        }

        _clock.Advance(TimeSpan.FromHours(24));
        using (var gone = await _anyone.GetAsync(url))
        {
            gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await gone.JsonAsync()).Error().Text("code").ShouldBe("not_found");
        }

        var read = await (await _gateway.Client.GetAsync("/v1/images/generations/" + id)).JsonAsync();
        (await _anyone.GetAsync(read.GetProperty("data")[0].Text("url"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_callers_own_life_of_a_link_counts()
    {
        var (_, url) = await MakeAsync(expiresIn: 60);
        _clock.Advance(TimeSpan.FromSeconds(59));
        (await _anyone.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.OK);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await _anyone.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_changed_link_is_a_404()
    {
        var (_, url) = await MakeAsync();
        var expires = url.Split("expires=")[1].Split('&')[0];
        foreach (var changed in new[]
        {
            url.Replace(expires, (long.Parse(expires) + 1).ToString()), url[..^2] + "xx", url.Split('?')[0], url.Replace(".png", ".jpg"),
            url.Split('&')[0], url.Replace("/assets/img_", "/assets/img_x"), url.Replace("/assets/", "/assets/..%2f..%2fmaster.key"),
        })
        {
            changed.ShouldNotBe(url);
            (await _anyone.GetAsync(changed)).StatusCode.ShouldBe(HttpStatusCode.NotFound, changed);
        }
    }

    [Fact]
    public async Task Parts_and_heads_are_served()
    {
        var (_, url) = await MakeAsync();
        var whole = await _anyone.GetByteArrayAsync(url);
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var part = await _anyone.SendAsync(request);
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(whole[10..20]);
        using var head = await _anyone.SendAsync(new HttpRequestMessage(HttpMethod.Head, url));
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentLength.ShouldBe(whole.Length);
    }

    [Fact]
    public async Task Pictures_are_removed_after_their_time_and_the_job_stays()
    {
        var (id, _) = await MakeAsync();
        Pictures().Length.ShouldBe(1);
        _clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        await SweepAsync();
        Pictures().Length.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await SweepAsync();
        Pictures().Length.ShouldBe(0);
        var read = await (await _gateway.Client.GetAsync("/v1/images/generations/" + id)).JsonAsync();
        read.Text("status").ShouldBe("succeeded");
        read.GetProperty("data").GetArrayLength().ShouldBe(0);
        read.GetProperty("assets_expired").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Files_of_a_former_process_without_a_row_are_removed_at_start()
    {
        var (_, url) = await MakeAsync();
        var orphan = Path.Combine(Path.GetDirectoryName(Pictures()[0])!, "img_00000000000000000000000000000000.png");
        var folder = Directory.CreateTempSubdirectory("pictor-orphans-").FullName;
        try
        {
            await using (var first = await TestGateway.StartAsync(folder: folder))
            {
                using var answer = await first.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x" });
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            }

            var kept = Directory.GetFiles(Path.Combine(folder, "assets"), "*", SearchOption.AllDirectories).Single();
            var left = Path.Combine(Path.GetDirectoryName(kept)!, Path.GetFileName(orphan));
            File.Copy(kept, left);
            File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddMinutes(-1));
            File.SetLastWriteTimeUtc(kept, DateTime.UtcNow.AddMinutes(-1));
            await using var second = await TestGateway.StartAsync(folder: folder);
            await Eventually.TrueAsync(() => !File.Exists(left));
            File.Exists(kept).ShouldBeTrue();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        (await _anyone.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<(string Id, string Url)> MakeAsync(int? expiresIn = null)
    {
        using var answer = await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x", url_expires_in = expiresIn });
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        return (body.Text("id"), body.GetProperty("data")[0].Text("url"));
    }

    private string[] Pictures() => Directory.GetFiles(Path.Combine(_gateway.Folder, "assets"), "*", SearchOption.AllDirectories);

    private Task<int> SweepAsync() => _gateway.Services.GetServices<IHostedService>().OfType<AssetSweeper>().Single().SweepAsync(CancellationToken.None);
}
