using System.Text;
using Pictor.Providers;

namespace Pictor.Tests.Providers;

public sealed class UpstreamErrorBodyTests
{
    [Theory]
    [InlineData("""{"detail":"Not authenticated"}""", "Not authenticated", null, null)]
    [InlineData("""{"detail":[{"loc":["body","width"],"msg":"too small","type":"greater_than"}]}""", "too small", "greater_than", "width")]
    [InlineData("""{"detail":[{"loc":["body"],"msg":"bad"},{"msg":"worse"}]}""", "bad; worse", null, null)]
    [InlineData("""{"detail":{"message":"inside"}}""", "inside", null, null)]
    [InlineData("""{"error":"insufficient_credits","message":"no credits"}""", "no credits", "insufficient_credits", null)]
    [InlineData("""{"error":{"message":"bad size","code":"invalid_size","param":"size"}}""", "bad size", "invalid_size", "size")]
    [InlineData("""{"title":"Input validation failed","status":422,"invalid_fields":[{"field":"input.seed"}]}""", "Input validation failed", null, "seed")]
    [InlineData("\"just a text\"", "just a text", null, null)]
    public void Reads_every_known_shape(string body, string message, string? code, string? field)
    {
        var read = UpstreamErrorBody.Read(Encoding.UTF8.GetBytes(body));

        read.Message.ShouldBe(message);
        read.Code.ShouldBe(code);
        read.Field.ShouldBe(field);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!DOCTYPE html><html><body>502 Bad Gateway</body></html>")]
    [InlineData("{\"cut\":\"sho")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"detail":[]}""")]
    [InlineData("""{"detail":{"loc":7},"error":3,"message":null,"retry_after":"soon"}""")]
    public void Takes_nothing_out_of_what_nobody_of_the_vendor_wrote(string body)
    {
        var read = UpstreamErrorBody.Read(Encoding.UTF8.GetBytes(body));

        read.Message.ShouldBe("");
        read.IsVendors.ShouldBeFalse();
        read.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public void Shows_plain_text_and_does_not_take_it_for_the_vendors_own()
    {
        var read = UpstreamErrorBody.Read("upstream connect error"u8.ToArray());

        read.Message.ShouldBe("upstream connect error");
        read.IsVendors.ShouldBeFalse();
    }

    [Fact]
    public void Survives_text_that_is_no_text()
    {
        byte[] lone = [.. """{"detail":"\ud800","message":"fine"}"""u8];
        byte[] bytes = [.. "{\"detail\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        UpstreamErrorBody.Read(lone).Message.ShouldBe("fine");
        UpstreamErrorBody.Read(bytes).Message.ShouldNotBeNull();
    }

    [Fact]
    public void Reads_how_long_to_wait() =>
        UpstreamErrorBody.Read("""{"error":"rate_limit_exceeded","message":"m","retry_after":3}"""u8.ToArray()).RetryAfter.ShouldBe(TimeSpan.FromSeconds(3));
}
