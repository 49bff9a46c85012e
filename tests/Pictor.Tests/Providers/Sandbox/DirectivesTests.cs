using Pictor.Errors;
using Pictor.Providers.Sandbox;

namespace Pictor.Tests.Providers.Sandbox;

public sealed class DirectivesTests
{
    [Fact]
    public void Leaves_a_prompt_without_directives_alone()
    {
        var directives = Directives.Read("a cat [really: big]");

        directives.Prompt.ShouldBe("a cat [really: big]");
        directives.Failure.ShouldBeNull();
        directives.Unknown.ShouldBeEmpty();
    }

    [Fact]
    public void Takes_several_in_one_bracket_or_in_many_whatever_the_case_and_blanks()
    {
        var directives = Directives.Read("[ SANDBOX :Delay = 1.5s , progress] a cat [sandbox:risk=3]");

        directives.Prompt.ShouldBe("a cat");
        directives.Delay.ShouldBe(TimeSpan.FromSeconds(1.5));
        directives.Progress.ShouldBeTrue();
        directives.Risk.ShouldBe(3);
    }

    [Theory]
    [InlineData("moderated", ErrorKind.Moderated)]
    [InlineData("rate_limited", ErrorKind.UpstreamRateLimited)]
    [InlineData("Rate-Limited", ErrorKind.UpstreamRateLimited)]
    [InlineData("credential", ErrorKind.UpstreamCredential)]
    [InlineData("credit", ErrorKind.UpstreamCredit)]
    [InlineData("unreachable", ErrorKind.UpstreamUnreachable)]
    [InlineData("unknown", ErrorKind.UpstreamOutcomeUnknown)]
    [InlineData("unreadable", ErrorKind.UpstreamUnreadable)]
    [InlineData("refused", ErrorKind.UpstreamRefused)]
    [InlineData("failed", ErrorKind.UpstreamFailed)]
    [InlineData("model_missing", ErrorKind.UpstreamModelMissing)]
    internal void Names_every_failure(string name, ErrorKind kind) =>
        Directives.Read($"[sandbox: fail={name}]").Failure.ShouldBe(kind);

    [Theory]
    [InlineData("5s", 5)]
    [InlineData("5", 5)]
    [InlineData("500ms", 0.5)]
    [InlineData("2m", 120)]
    [InlineData("9999s", 300)]
    [InlineData("99999999999999999999999999m", 300)]
    public void Reads_delays_up_to_five_minutes(string text, double seconds) =>
        Directives.Read($"[sandbox: delay={text}]").Delay.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("fail=never")]
    [InlineData("fail=unreachable@0")]
    [InlineData("risk=8")]
    [InlineData("delay=soon")]
    [InlineData("delay=-5s")]
    [InlineData("explode")]
    public void Reports_what_it_does_not_know(string item)
    {
        var directives = Directives.Read($"a cat [sandbox: {item}, progress]");

        directives.Unknown.ShouldBe([item]);
        directives.Progress.ShouldBeTrue();
        directives.Prompt.ShouldBe("a cat");
    }
}
