using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Pictor.Tests.Api.Admin;

public sealed class KeysEndpointTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Fact]
    public async Task A_key_is_shown_once_and_works()
    {
        using var made = await _gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "app" });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var key = await made.JsonAsync();
        var secret = key.Text("key");
        secret.ShouldStartWith("sk-pic_");
        var shown = await (await _gateway.Client.GetAsync("/admin/keys/" + key.Text("id"))).JsonAsync();
        shown.TryGetProperty("key", out _).ShouldBeFalse();
        shown.ToString().ShouldNotContain(secret[8..^4]);
        using var client = _gateway.ClientWith(secret);
        (await client.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);

        // On PostgreSQL there is no file of ours to look into; the hash in the row is the same.
        var rows = PostgreSqlServer.IsWanted ? [] : File.ReadAllBytes(Path.Combine(_gateway.Folder, "pictor.db"));
        rows.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)).ShouldBe(-1);
    }

    [Theory]
    [InlineData("Authorization", "Bearer {0}")]
    [InlineData("Authorization", "bearer {0}")]
    [InlineData("Authorization", "{0}")]
    [InlineData("Authorization", "Key {0}")]
    [InlineData("x-api-key", "{0}")]
    [InlineData("api-key", "{0}")]
    [InlineData("x-key", "{0}")]
    public async Task A_key_is_read_from_every_header_clients_use(string header, string form)
    {
        using var client = _gateway.ClientWith(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, string.Format(form, TestGateway.AdminKey));
        (await client.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_wrong_or_missing_key_is_a_401_as_OpenAI_says_it()
    {
        foreach (var key in new[] { null, "sk-wrong", new string('x', 5000) })
        {
            using var client = _gateway.ClientWith(key);
            using var answer = await client.GetAsync("/v1/models");
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            var error = (await answer.JsonAsync()).Error();
            error.Text("type").ShouldBe("invalid_request_error");
            error.Text("code").ShouldBe("invalid_api_key");
            error.ToString().ShouldNotContain("sk-wrong");
        }
    }

    [Fact]
    public async Task A_disabled_deleted_or_rotated_key_stops_at_once()
    {
        var (id, client) = await NewAsync(new { name = "a" });
        await PatchAsync(id, new { disabled = true });
        (await client.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await PatchAsync(id, new { disabled = false });
        (await client.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var rotated = await (await _gateway.Client.PostAsync($"/admin/keys/{id}/rotate", null)).JsonAsync();
        (await client.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var renewed = _gateway.ClientWith(rotated.Text("key"));
        (await renewed.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _gateway.Client.DeleteAsync("/admin/keys/" + id)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await renewed.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await _gateway.Client.GetAsync("/admin/keys/" + id)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_key_expires()
    {
        var clock = new FakeClock();
        await using var gateway = await TestGateway.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock));
        using var client = await gateway.NewKeyAsync(new { name = "short", expires_at = clock.GetUtcNow().AddMinutes(1) });
        (await client.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromMinutes(1));
        (await client.GetAsync("/v1/models")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_with_models_sees_and_uses_only_those()
    {
        var (_, client) = await NewAsync(new { name = "narrow", models = new[] { "sandbox" } });
        var models = await (await client.GetAsync("/v1/models")).JsonAsync();
        models.GetProperty("data").EnumerateArray().Select(model => model.Text("id")).ShouldBe(["sandbox"]);
        (await client.GetAsync("/v1/models/dall-e-3")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var refused = await _gateway.GenerateAsync(new { model = "dall-e-3", prompt = "x" }, client);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.JsonAsync()).Error().Text("code").ShouldBe("model_not_allowed");
    }

    [Fact]
    public async Task How_a_key_waits_is_shown_changed_and_taken_away()
    {
        var (id, client) = await NewAsync(new { name = "proxied", waiting = new { seconds = 50 } });
        using (client)
        {
            var listed = (await (await _gateway.Client.GetAsync("/admin/keys?limit=100")).JsonAsync()).GetProperty("data").EnumerateArray().Single(key => key.Text("id") == id);
            listed.GetProperty("waiting").ToString().ShouldBe("""{"seconds":50,"then":"accepted","accepted_status":202}""");
            await PatchAsync(id, new { waiting = new { then = "blank" } });
            (await ShownAsync(id)).GetProperty("waiting").ToString().ShouldBe("""{"seconds":50,"then":"blank","accepted_status":202}""");
            await PatchAsync(id, new { name = "still proxied" });
            (await ShownAsync(id)).GetProperty("waiting").GetProperty("seconds").GetInt32().ShouldBe(50);
            await PatchAsync(id, new { waiting = (object?)null });
            (await ShownAsync(id)).TryGetProperty("waiting", out _).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task An_ordinary_key_may_not_administrate()
    {
        var (_, client) = await NewAsync(new { name = "plain" });
        foreach (var path in new[] { "/admin/keys", "/admin/keys/key_x" })
        {
            (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_in_pages()
    {
        var made = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            made.Add((await NewAsync(new { name = "k" + i })).Id);
        }

        var page = await (await _gateway.Client.GetAsync("/admin/keys?limit=2")).JsonAsync();
        page.GetProperty("data").EnumerateArray().Select(key => key.Text("id")).ShouldBe([made[2], made[1]]);
        page.GetProperty("has_more").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":7}""", "name")]
    [InlineData("""{"name":"x","admin":"perhaps"}""", "admin")]
    [InlineData("""{"name":"x","models":"sandbox"}""", "models")]
    [InlineData("""{"name":"x","models":["nope"]}""", "model")]
    [InlineData("""{"name":"x","expires_at":"yesterday"}""", "expires_at")]
    [InlineData("""{"name":"x","expires_at":1}""", "expires_at")]
    [InlineData("""{"name":"x","frobnicate":1}""", "frobnicate")]
    [InlineData("""{"name":"x","waiting":30}""", "waiting")]
    [InlineData("""{"name":"x","waiting":{"after":30}}""", "waiting")]
    [InlineData("""{"name":"x","waiting":{"seconds":0}}""", "waiting.seconds")]
    [InlineData("""{"name":"x","waiting":{"seconds":601}}""", "waiting.seconds")]
    [InlineData("""{"name":"x","waiting":{"seconds":1,"then":"504"}}""", "waiting.then")]
    [InlineData("""{"name":"x","waiting":{"accepted_status":201}}""", "waiting.accepted_status")]
    public async Task Bad_values_are_named(string body, string param)
    {
        using var answer = await _gateway.Client.PostAsync("/admin/keys", new StringContent(body, new MediaTypeHeaderValue("application/json")));
        ((int)answer.StatusCode).ShouldBeInRange(400, 404);
        (await answer.JsonAsync()).Error().Text("param").ShouldBe(param);
    }

    private async Task<(string Id, HttpClient Client)> NewAsync(object properties)
    {
        using var answer = await _gateway.Client.PostAsJsonAsync("/admin/keys", properties);
        JsonElement key = await answer.JsonAsync();
        return (key.Text("id"), _gateway.ClientWith(key.Text("key")));
    }

    private async Task<JsonElement> ShownAsync(string id) => await (await _gateway.Client.GetAsync("/admin/keys/" + id)).JsonAsync();

    private async Task PatchAsync(string id, object change)
    {
        using var answer = await _gateway.Client.PatchAsync("/admin/keys/" + id, JsonContent.Create(change));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
