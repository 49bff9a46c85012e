using System.Net;
using System.Text;

namespace Pictor.Tests.Api.Admin;

public sealed class ChannelsEndpointTests
{
    private const string Secret = "very-secret-credential-123";

    [Fact]
    public async Task A_channel_serves_its_model_at_once_and_after_a_restart_and_never_shows_its_credential()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-channels-").FullName;
        try
        {
            await using (var gateway = await TestGateway.StartAsync(folder: folder))
            {
                using var made = await gateway.Client.PostAsJsonAsync("/admin/channels", new { id = "mine", provider = "sandbox", credential = Secret, models = "my-model=flux-kontext-pro,dall-e-3" });
                made.StatusCode.ShouldBe(HttpStatusCode.Created);
                var shown = await made.JsonAsync();
                shown.GetProperty("has_credential").GetBoolean().ShouldBeTrue();
                shown.ToString().ShouldNotContain(Secret);
                shown.GetProperty("models").Text("my-model").ShouldBe("flux-kontext-pro");
                await ServesAsync(gateway, "my-model", "mine", "0.035");
            }

            foreach (var file in Directory.GetFiles(folder, "pictor.db*"))
            {
                File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)).ShouldBe(-1);
            }

            await using (var gateway = await TestGateway.StartAsync(folder: folder))
            {
                await ServesAsync(gateway, "my-model", "mine", "0.035");
                (await gateway.Client.DeleteAsync("/admin/channels/mine")).StatusCode.ShouldBe(HttpStatusCode.OK);
                using var gone = await gateway.GenerateAsync(new { model = "my-model", prompt = "x" });
                gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Another_master_key_does_not_start_on_the_same_data()
    {
        var folder = Directory.CreateTempSubdirectory("pictor-channels-").FullName;
        try
        {
            await using (await TestGateway.StartAsync(folder: folder))
            {
                // Writes the canary.
            }

            File.WriteAllText(Path.Combine(folder, "master.key"), new string('0', 64));
            (await Should.ThrowAsync<InvalidOperationException>(() => TestGateway.StartAsync(folder: folder))).Message.ShouldContain("master key");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Without_its_master_key_a_database_is_not_given_a_new_one()
    {
        using var folder = new TemporaryFolder();
        var key = Path.Combine(folder.Path, "master.key");
        await using (await TestGateway.StartAsync(folder: folder.Path))
        {
            File.Exists(key).ShouldBeTrue();
        }

        // What stayed behind here would be taken for the one that is to be restored, and be backed up over it.
        File.Delete(key);
        (await Should.ThrowAsync<InvalidOperationException>(() => TestGateway.StartAsync(folder: folder.Path))).Message.ShouldContain("master key");
        File.Exists(key).ShouldBeFalse();
    }

    [Fact]
    public async Task A_disabled_channel_is_not_replaced_by_the_sandbox()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.Client.PostAsJsonAsync("/admin/channels", new { id = "only", provider = "sandbox", models = new[] { "dall-e-3" } });
        using var changed = await gateway.Client.PatchAsJsonAsync("/admin/channels/only", new { enabled = false, priority = 3 });
        (await changed.JsonAsync()).GetProperty("priority").GetInt32().ShouldBe(3);
        using var answer = await gateway.GenerateAsync(new { model = "dall-e-3", prompt = "x" });
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.JsonAsync()).Error().Text("code").ShouldBe("no_channel");
    }

    [Fact]
    public async Task A_channel_of_the_settings_is_shown_and_changed_only_there()
    {
        await using var gateway = await TestGateway.StartAsync(settings: ["Pictor:Channels:eu:Provider=sandbox", "Pictor:Channels:eu:Models=dall-e-2", $"Pictor:Channels:eu:Credential={Secret}", "Pictor:Channels:own:Provider=replicate", "Pictor:Channels:own:Models=x=owner/x", "Pictor:Channels:own:Credential=c", "Pictor:Channels:own:Wait=7"]);
        var list = await (await gateway.Client.GetAsync("/admin/channels")).JsonAsync();
        var shown = list.GetProperty("data").EnumerateArray().ToDictionary(channel => channel.Text("id"));
        shown["eu"].Text("source").ShouldBe("settings");
        shown["own"].GetProperty("options").Text("Wait").ShouldBe("7");
        list.ToString().ShouldNotContain(Secret);
        using var refused = await gateway.Client.PatchAsJsonAsync("/admin/channels/eu", new { weight = 2 });
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await ServesAsync(gateway, "dall-e-2", "eu", "0.02");
    }

    [Theory]
    [InlineData("""{"provider":"sandbox","models":"x"}""", "id")]
    [InlineData("""{"id":"A B","provider":"sandbox","models":"x"}""", "id")]
    [InlineData("""{"id":"sandbox","provider":"sandbox","models":"x"}""", "id")]
    [InlineData("""{"id":"a","provider":"nope","models":"x"}""", "provider")]
    [InlineData("""{"id":"a","provider":"sandbox"}""", "models")]
    [InlineData("""{"id":"a","provider":"sandbox","models":[7]}""", "models")]
    [InlineData("""{"id":"a","provider":"sandbox","models":"x","base_url":"file:///etc"}""", "base_url")]
    [InlineData("""{"id":"a","provider":"sandbox","models":"x","weight":0}""", "weight")]
    [InlineData("""{"id":"a","provider":"sandbox","models":"x","concurrent":0}""", "concurrent")]
    [InlineData("""{"id":"a","provider":"sandbox","models":"x","options":7}""", "options")]
    [InlineData("""{"id":"a","provider":"sandbox","models":"x","frobnicate":7}""", "frobnicate")]
    public async Task Bad_values_are_named(string body, string param)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Client.PostAsync("/admin/channels", new StringContent(body, Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).Error().Text("param").ShouldBe(param);
        (await (await gateway.Client.GetAsync("/admin/channels")).JsonAsync()).GetProperty("data").GetArrayLength().ShouldBe(0);
    }

    private static async Task ServesAsync(TestGateway gateway, string model, string channel, string cost)
    {
        using var answer = await gateway.GenerateAsync(new { model, prompt = "a red dot" });
        var body = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        answer.Headers.GetValues("x-pictor-channel").ShouldBe([channel]);
        body.Text("model").ShouldBe(model);
        body.Text("cost").ShouldBe(cost);
    }
}
