using System.Net;

namespace Pictor.EndToEnd;

/// <summary>Failures that one caller asks the Sandbox for stay that caller's own.</summary>
public sealed class SandboxFailureTests(SharedGateway shared)
{
    [Theory]
    [InlineData("moderated", "content_policy_violation")]
    [InlineData("rate_limited", "upstream_rate_limited")]
    [InlineData("credential", "upstream_credential")]
    [InlineData("credit", "upstream_credit")]
    [InlineData("failed", "upstream_failed")]
    [InlineData("unknown", "upstream_outcome_unknown")]
    public async Task A_failure_that_was_asked_for_harms_nobody_else(string failure, string code)
    {
        // As many as would open a breaker.
        for (var i = 0; i < 6; i++)
        {
            using var failed = await shared.Gateway.GenerateAsync(new { model = "sandbox", size = "128x128", prompt = $"Sunset [sandbox: fail={failure}]" });
            (await failed.JsonAsync()).Error().Text("code").ShouldBe(code);
        }

        foreach (var model in (string[])["sandbox", "dall-e-2"])
        {
            using var answer = await shared.Gateway.GenerateAsync(new { model, size = "256x256", prompt = "Sunset" });
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }
}
