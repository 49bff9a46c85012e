using System.Text;
using Pictor.Webhooks;

namespace Pictor.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    // The example of the Standard Webhooks libraries (svix.com/docs, 2026-08).
    [Fact]
    public void Signs_as_the_published_example() =>
        WebhookSignature.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("""{"test": 2432232314}"""))
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public void Takes_any_other_secret_as_its_bytes() =>
        WebhookSignature.Sign("hunter2", "msg_1", 1, "{}"u8).ShouldBe("v1," + Convert.ToBase64String(
            System.Security.Cryptography.HMACSHA256.HashData("hunter2"u8, "msg_1.1.{}"u8)));
}
