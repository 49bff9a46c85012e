using Pictor.Upstream;

namespace Pictor.Tests.Upstream;

public sealed class RedactionTests
{
    private const string Canary = "c4n4ry7Zq9TfW2xLm8Kp";
    private const string Pixels = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    [Theory]
    [InlineData("Authorization: Bearer {c}")]
    [InlineData("authorization: Basic {c}=")]
    [InlineData("Authorization: Key {c}:{c}")]
    [InlineData("{\"Authorization\":\"Token {c}\"}")]
    [InlineData("Proxy-Authorization: Digest username=\"u\", response={c}")]
    [InlineData("Cookie: session={c}; other={c}")]
    [InlineData("Set-Cookie: a={c}; Path=/")]
    [InlineData("x-key: {c}")]
    [InlineData("x-api-key={c}")]
    [InlineData("X-Goog-Api-Key: {c}")]
    [InlineData("api_key: '{c}'")]
    [InlineData("{\"api_key\":\"{c}\"}")]
    [InlineData("{\\\"api_key\\\": \\\"{c}\\\"}")]
    [InlineData("{\"webhook_secret\" : \"{c}\"}")]
    [InlineData("client_secret={c}&x=1")]
    [InlineData("refresh_token={c}")]
    [InlineData("password={c}")]
    [InlineData("credential = {c}")]
    [InlineData("Pictor__Channels__eu__Credential={c}")]
    [InlineData("webhook-signature: v1,{c}{c}=")]
    [InlineData("signature {\"sig\":\"{c}\"}")]
    [InlineData("used key bearer {c} for this")]
    [InlineData("Incorrect API key provided: sk-{c}.")]
    [InlineData("sk-proj-{c}")]
    [InlineData("sk-pic_{c}")]
    [InlineData("whsec_{c}")]
    [InlineData("r8_{c}")]
    [InlineData("hf_{c}")]
    [InlineData("xai-{c}")]
    [InlineData("AIza{c}{c}")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.{c}.{c}")]
    [InlineData("v1,{c}")]
    [InlineData("3f2504e0-4f89-11d3-9a0c-0305e82c3301:{c}")]
    [InlineData("https://bucket.example/a.png?X-Amz-Signature={c}&X-Amz-Date=1")]
    [InlineData("https://x.example/a.png?se=2026&sp=r&sig={c}")]
    [InlineData("https://x.example/a.png?{c}")]
    [InlineData("https://x.example/a#{c}")]
    [InlineData("GET /v1/assets/a.png?s={c} failed")]
    [InlineData("\"https://x.example/a.png?e=1&s={c}\"")]
    [InlineData("https://user:{c}@x.example/")]
    [InlineData("https://{c}@x.example/a")]
    [InlineData("postgres://pictor:{c}@db/pictor")]
    [InlineData("data:image/png;base64,{c}")]
    [InlineData("data:;base64,{c}")]
    [InlineData("data:text/plain,{c}")]
    [InlineData("DATA:image/svg+xml;charset=utf-8;base64,{c}/+=")]
    [InlineData("(data:image/png;base64,{c})")]
    [InlineData("{\"b64_json\":\"{c}\"}")]
    [InlineData("{c}{c}{c}")]
    public void Takes_out_what_is_secret(string template)
    {
        var text = $"before {template.Replace("{c}", Canary, StringComparison.Ordinal)} ";

        var clean = Redaction.Text(text, 2000);

        clean.ShouldNotContain(Canary, Case.Insensitive);
        clean.ShouldContain(Redaction.Mark);
        clean.ShouldStartWith("before ");
    }

    [Theory]
    [InlineData("")]
    [InlineData("The prompt is longer than 4,000 characters.")]
    [InlineData("Invalid value: 'size' must be one of 1024x1024, 1536x1024.")]
    [InlineData("model flux-2-pro is not available; try gpt-image-1.5-2026-01-15")]
    [InlineData("max_tokens must be positive")]
    [InlineData("The token limit was reached, a key part of the request is missing")]
    [InlineData("job 01JCXQ3V7Y8Z5W2N4M6K9P0R1T failed with status 503 after 2.5 s")]
    [InlineData("https://api.example/v1/images/generations answered 400")]
    public void Leaves_plain_messages_as_they_are(string text) => Redaction.Text(text, 2000).ShouldBe(text);

    [Fact]
    public void Takes_out_a_known_secret_of_any_shape()
    {
        var clean = Redaction.Text("no such account: hunter 2! or HUNTER%202%21", 2000, "hunter 2!", null, "");

        clean.ShouldBe($"no such account: {Redaction.Mark} or {Redaction.Mark}");
    }

    [Fact]
    public void Takes_out_pixels_wherever_the_cut_falls()
    {
        var text = "error: " + string.Concat(Enumerable.Repeat(Pixels, 2000));

        for (var length = 1; length < 60; length++)
        {
            Redaction.Text(text, length).ShouldNotContain("iVBOR");
        }
    }

    [Fact]
    public void Gives_one_line_of_the_asked_length()
    {
        Redaction.Text("a\r\nb\tc\u001b[31md", 2000).ShouldBe("a  b c [31md");
        Redaction.Text("abcdef", 3).ShouldBe("abc…");
        Redaction.Text("ab😀", 3).ShouldBe("ab…");
    }

    [Fact]
    public void Stays_quick_on_long_text_that_matches_nothing_quite()
    {
        foreach (var piece in new[] { "data:", "http://", "authorization:", "api_key", "a-", "key ", "eyJ", "://x" })
        {
            Redaction.Text(string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length)), 100).Length.ShouldBeLessThanOrEqualTo(101);
        }
    }

    [Fact]
    public void A_link_in_a_log_is_its_origin() =>
        Redaction.Link(new Uri($"https://u:p@x.example/path/{Canary}?s={Canary}")).ShouldBe("https://x.example:443");
}
