using System.Text.Json;

namespace Pictor.Tests.Api.Description;

public sealed class ApiDescriptionTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    // What is posted to these is nothing.
    private static readonly string[] WithoutBody = ["/cancel", "/rotate", "/test", "/resend", "/disable", "/verify"];
    private readonly TestGateway _gateway = running.Gateway;

    [Fact]
    public async Task Names_every_parameter_of_the_main_door()
    {
        var document = await ReadAsync();
        document.Text("openapi").ShouldStartWith("3.");
        var schema = Body(document, "/v1/images/generations").GetProperty("application/json").ToString();
        foreach (var name in Pictor.Images.RequestNames.Optional.Concat(["model", "prompt", "n", "output_format", "response_format", "async", "url_expires_in", "webhook_url", "stream", "partial_images"]))
        {
            schema.ShouldContain($"\"{name}\"");
        }

        document.GetProperty("components").GetProperty("securitySchemes").ToString().ShouldContain("bearer");
    }

    [Fact]
    public async Task Describes_the_body_of_every_call_that_has_one()
    {
        var document = await ReadAsync();
        var missing =
            from path in document.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            where operation.Name is "post" or "put" or "patch" && !WithoutBody.Any(end => path.Name.EndsWith(end, StringComparison.Ordinal))
            where !operation.Value.TryGetProperty("requestBody", out _)
            select $"{operation.Name} {path.Name}";
        missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task Describes_every_field_that_a_key_has()
    {
        using var refused = await _gateway.Client.PostAsJsonAsync("/admin/keys", new { nonsense = 1 });
        var known = (await refused.JsonAsync()).Error().Text("message").Split("there are ")[1].Split(", ");
        Body(await ReadAsync(), "/admin/keys").GetProperty("application/json").GetProperty("schema").GetProperty("properties").EnumerateObject().Select(member => member.Name)
            .ShouldBe(known, ignoreOrder: true);
    }

    [Fact]
    public async Task Edits_are_described_as_a_form_and_as_JSON()
    {
        var body = Body(await ReadAsync(), "/v1/images/edits");
        body.GetProperty("multipart/form-data").ToString().ShouldContain("\"binary\"");
        body.GetProperty("application/json").ToString().ShouldContain("\"image_url\"");
    }

    [Fact]
    public async Task A_real_answer_has_no_member_that_is_not_described()
    {
        var schemas = (await ReadAsync()).GetProperty("components").GetProperty("schemas");
        using var answer = await _gateway.GenerateAsync(new { model = "flux-kontext-pro", prompt = "A red circle", size = "100x900", prompt_upsampling = true });
        answer.IsSuccessStatusCode.ShouldBeTrue();
        Undescribed(await answer.JsonAsync(), schemas.GetProperty("ImageGeneration"), "").ShouldBeEmpty();

        using var refused = await _gateway.GenerateAsync(new { model = "flux-kontext-pro" });
        Undescribed(await refused.JsonAsync(), schemas.GetProperty("Error"), "").ShouldBeEmpty();
    }

    private static IEnumerable<string> Undescribed(JsonElement value, JsonElement schema, string path)
    {
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            return value.EnumerateArray().SelectMany(item => Undescribed(item, items, path + "[]"));
        }

        return value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties)
            ? value.EnumerateObject().SelectMany(member => properties.TryGetProperty(member.Name, out var described)
                ? Undescribed(member.Value, described, $"{path}.{member.Name}")
                : [$"{path}.{member.Name}"])
            : [];
    }

    private static JsonElement Body(JsonElement document, string path) =>
        document.GetProperty("paths").GetProperty(path).GetProperty("post").GetProperty("requestBody").GetProperty("content");

    private async Task<JsonElement> ReadAsync() => await (await _gateway.Client.GetAsync("/openapi/v1.json")).JsonAsync();
}
