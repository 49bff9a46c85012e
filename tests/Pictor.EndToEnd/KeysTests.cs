using System.Net;
using System.Text.Json;

namespace Pictor.EndToEnd;

/// <summary>Two keys never see each other's work, and a key that should not work does not.</summary>
public sealed class KeysTests(SharedGateway shared)
{
    private GatewayProcess Gateway => shared.Gateway;

    [Fact]
    public async Task A_key_finds_nothing_of_another_keys_jobs()
    {
        using var mine = Gateway.ClientWith((await NewKeyAsync(new { name = "mine" })).Text("key"));
        using var other = Gateway.ClientWith((await NewKeyAsync(new { name = "other" })).Text("key"));
        using var accepted = await Gateway.GenerateAsync(new { model = "sandbox", size = "128x128", prompt = "Sunset [sandbox: delay=1s]", @async = true }, mine);
        var path = "/v1/images/generations/" + (await accepted.JsonAsync()).Text("id");

        (await RefusedAsync(other, HttpMethod.Get, path)).ShouldBe((HttpStatusCode.NotFound, "not_found"));
        (await RefusedAsync(other, HttpMethod.Get, path + "?wait=20")).ShouldBe((HttpStatusCode.NotFound, "not_found"));
        (await RefusedAsync(other, HttpMethod.Post, path + "/cancel")).ShouldBe((HttpStatusCode.NotFound, "not_found"));
        (await other.GetFromJsonAsync<JsonElement>("/v1/images/generations")).GetProperty("data").GetArrayLength().ShouldBe(0);
        (await RefusedAsync(other, HttpMethod.Get, "/admin/keys")).ShouldBe((HttpStatusCode.Forbidden, "admin_key_required"));

        var job = await mine.GetFromJsonAsync<JsonElement>(path + "?wait=60");
        job.Text("status").ShouldBe("succeeded");
        (await mine.GetFromJsonAsync<JsonElement>("/v1/images/generations")).GetProperty("data").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_disabled_key_is_refused_until_it_is_enabled()
    {
        var key = await NewKeyAsync(new { name = "to disable" });
        using var client = Gateway.ClientWith(key.Text("key"));
        (await StatusAsync(client)).ShouldBe(HttpStatusCode.OK);

        await ChangeAsync(key, new { disabled = true });
        (await RefusedAsync(client, HttpMethod.Get, "/v1/models")).ShouldBe((HttpStatusCode.Unauthorized, "invalid_api_key"));

        await ChangeAsync(key, new { disabled = false });
        (await StatusAsync(client)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_rotated_key_works_only_with_its_new_secret_and_keeps_its_jobs()
    {
        var key = await NewKeyAsync(new { name = "to rotate" });
        using var before = Gateway.ClientWith(key.Text("key"));
        using var made = await Gateway.GenerateAsync(new { model = "sandbox", size = "128x128", prompt = "Sunset" }, before);
        var id = (await made.JsonAsync()).Text("id");

        using var rotated = await Gateway.Client.PostAsync($"/admin/keys/{key.Text("id")}/rotate", content: null);
        using var after = Gateway.ClientWith((await rotated.JsonAsync()).Text("key"));

        (await RefusedAsync(before, HttpMethod.Get, $"/v1/images/generations/{id}")).ShouldBe((HttpStatusCode.Unauthorized, "invalid_api_key"));
        (await after.GetFromJsonAsync<JsonElement>($"/v1/images/generations/{id}")).Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task An_expired_key_is_refused()
    {
        var key = await NewKeyAsync(new { name = "short", expires_at = DateTimeOffset.UtcNow.AddSeconds(3).ToString("O") });
        using var client = Gateway.ClientWith(key.Text("key"));

        await Poll.UntilAsync(async () => await StatusAsync(client) == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(30), "the key to expire");
        (await RefusedAsync(client, HttpMethod.Get, "/v1/models")).ShouldBe((HttpStatusCode.Unauthorized, "invalid_api_key"));
    }

    [Fact]
    public async Task A_wrong_and_a_missing_key_are_refused()
    {
        using var wrong = Gateway.ClientWith("sk-pic_wrong");
        using var none = Gateway.ClientWith(null);
        (await RefusedAsync(wrong, HttpMethod.Get, "/v1/models")).ShouldBe((HttpStatusCode.Unauthorized, "invalid_api_key"));
        (await RefusedAsync(none, HttpMethod.Post, "/v1/images/generations")).ShouldBe((HttpStatusCode.Unauthorized, "invalid_api_key"));
    }

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "")]
    [InlineData("x-api-key", "")]
    [InlineData("api-key", "")]
    [InlineData("x-key", "")]
    public async Task The_models_of_a_key_hold_for_every_way_to_present_it(string header, string scheme)
    {
        var key = await NewKeyAsync(new { name = "sandbox only", models = (string[])["sandbox"] });
        using var client = Gateway.ClientWith(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, scheme + key.Text("key"));

        (await client.GetFromJsonAsync<JsonElement>("/v1/models")).GetProperty("data").EnumerateArray().Select(model => model.Text("id")).ShouldBe(["sandbox"]);
        using var refused = await Gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "x" }, client);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.JsonAsync()).Error().Text("code").ShouldBe("model_not_allowed");
    }

    private async Task<JsonElement> NewKeyAsync(object properties)
    {
        using var answer = await Gateway.Client.PostAsJsonAsync("/admin/keys", properties);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return await answer.JsonAsync();
    }

    private async Task ChangeAsync(JsonElement key, object change)
    {
        using var answer = await Gateway.Client.PatchAsJsonAsync($"/admin/keys/{key.Text("id")}", change);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/v1/models");
        return answer.StatusCode;
    }

    private static async Task<(HttpStatusCode Status, string Code)> RefusedAsync(HttpClient client, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var answer = await client.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        Answers.FaultOfRefusal((int)answer.StatusCode, answer.Headers.GetValues("x-request-id").Single(), body).ShouldBeNull();
        return (answer.StatusCode, JsonDocument.Parse(body).RootElement.Error().Text("code"));
    }
}
