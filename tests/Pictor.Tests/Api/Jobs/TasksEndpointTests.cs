using System.Net;
using System.Text;

namespace Pictor.Tests.Api.Jobs;

public sealed class TasksEndpointTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly TestGateway _gateway = running.Gateway;

    [Theory]
    [InlineData("url")]
    [InlineData("b64_json")]
    public async Task A_relay_node_finds_its_picture_where_it_looks(string form)
    {
        using var made = await _gateway.Client.PostAsync(
            "/v1/images/generations?async=true&webhook=http://example.com/hook",
            new StringContent($$"""{"model":"sandbox","size":"64x64","prompt":"x","image_size":"2K","response_format":"{{form}}"}""", Encoding.UTF8, "application/json"));
        made.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var id = (await made.JsonAsync()).Text("task_id");
        await Eventually.TrueAsync(async () => (await TaskAsync(id)).GetProperty("data").Text("status") == "SUCCESS");
        var body = await TaskAsync(id);
        body.Text("code").ShouldBe("success");
        var outer = body.GetProperty("data");
        outer.Text("progress").ShouldBe("100%");
        outer.TryGetProperty("fail_reason", out _).ShouldBeFalse();
        var images = outer.GetProperty("data").GetProperty("data");
        images.GetArrayLength().ShouldBe(1);
        images[0].EnumerateObject().Count().ShouldBe(1);
        images[0].Text(form).Length.ShouldBeGreaterThan(40);
    }

    [Fact]
    public async Task A_failure_says_why()
    {
        using var made = await _gateway.GenerateAsync(new { model = "sandbox", prompt = "x [sandbox: fail=moderated]", @async = true });
        var id = (await made.JsonAsync()).Text("task_id");
        await Eventually.TrueAsync(async () => (await TaskAsync(id)).GetProperty("data").Text("status") == "FAILURE");
        var outer = (await TaskAsync(id)).GetProperty("data");
        outer.Text("fail_reason").ShouldContain("refused");
        outer.TryGetProperty("data", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Progress_is_told_in_percent()
    {
        using var made = await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x [sandbox: delay=2s, progress]", @async = true });
        var id = (await made.JsonAsync()).Text("id");
        await Eventually.TrueAsync(async () => (await TaskAsync(id)).GetProperty("data") is var task && task.Text("status") == "IN_PROGRESS" && task.Text("progress") is not "0%" and not "100%");
    }

    [Fact]
    public async Task Another_keys_task_is_not_found()
    {
        using var made = await _gateway.GenerateAsync(new { model = "sandbox", size = "64x64", prompt = "x", @async = true });
        using var other = await _gateway.NewKeyAsync();
        using var answer = await other.GetAsync("/v1/images/tasks/" + (await made.JsonAsync()).Text("id"));
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<System.Text.Json.JsonElement> TaskAsync(string id) =>
        await (await _gateway.Client.GetAsync($"/v1/images/tasks/{id}")).JsonAsync();
}
