using System.Net;
using Pictor.Upstream;

namespace Pictor.Tests.Upstream;

public sealed class UpstreamOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => new UpstreamOptionsValidator().Validate(null, new UpstreamOptions()).Succeeded.ShouldBeTrue();

    [Fact]
    public void Binds_the_list_from_single_variables()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Pictor:Upstream:Allow:0"] = "10.0.0.0/8:80",
            ["Pictor:Upstream:Allow:cache"] = "[::1]/128:8000-8010",
            ["Pictor:Upstream:PictureTimeout"] = "00:00:07",
        }).Build();

        var options = configuration.GetSection(UpstreamOptions.Section).Get<UpstreamOptions>()!;

        options.PictureTimeout.ShouldBe(TimeSpan.FromSeconds(7));
        options.AllowRules().ShouldBe(
            [new AllowRule(IPNetwork.Parse("10.0.0.0/8"), 80, 80), new AllowRule(IPNetwork.Parse("::1/128"), 8000, 8010)], ignoreOrder: true);
    }

    [Fact]
    public void Reports_all_mistakes_with_their_paths()
    {
        var options = new UpstreamOptions { ConnectTimeout = TimeSpan.Zero, MaxPictureBytes = 0 };
        options.Allow.Add("good", "10.0.0.0/8:*");
        options.Allow.Add("bad", "10.0.0.1/8:80");

        var failures = new UpstreamOptionsValidator().Validate(null, options).Failures!.ToArray();

        failures.Length.ShouldBe(3);
        failures[0].ShouldBe("Pictor:Upstream:Allow:bad: \"10.0.0.1/8:80\" has bits set behind its prefix length.");
        failures[1].ShouldStartWith("Pictor:Upstream:ConnectTimeout: ");
        failures[2].ShouldStartWith("Pictor:Upstream:MaxPictureBytes: ");
    }

    [Theory]
    [InlineData("127.0.0.1/32:80", "127.0.0.1/32", 80, 80)]
    [InlineData("127.0.0.1:8080", "127.0.0.1/32", 8080, 8080)]
    [InlineData("10.0.0.0/8:1-65535", "10.0.0.0/8", 1, 65535)]
    [InlineData("10.32.0.0/11:*", "10.32.0.0/11", 1, 65535)]
    [InlineData("[::1]/128:80", "::1/128", 80, 80)]
    [InlineData("[::1]:80", "::1/128", 80, 80)]
    [InlineData("[fd00::]/8:*", "fd00::/8", 1, 65535)]
    public void Reads_one_rule(string text, string network, int first, int last)
    {
        AllowRule.TryParse(text, out var rule, out _).ShouldBeTrue();

        rule.ShouldBe(new AllowRule(IPNetwork.Parse(network), first, last));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*:*")]
    [InlineData(":80")]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.0.0.0/8:")]
    [InlineData("10.0.0.0/8:0")]
    [InlineData("10.0.0.0/8:65536")]
    [InlineData("10.0.0.0/8:90-80")]
    [InlineData("10.0.0.0/8:-80")]
    [InlineData("10.0.0.0/8:80-")]
    [InlineData("10.0.0.0/8: 80")]
    [InlineData("10.0.0.0/33:80")]
    [InlineData("10.0.0.0/:80")]
    [InlineData("10.0.0.0/-1:80")]
    [InlineData("010.0.0.0/8:80")]
    [InlineData("0x7f.1:80")]
    [InlineData("localhost:80")]
    [InlineData("::1/128:80")]
    [InlineData("[::1]")]
    [InlineData("[::1]/128")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("[::ffff:127.0.0.1]/128:80")]
    [InlineData("[fd00::1]/8:80")]
    [InlineData("0.0.0.0/0:*")]
    [InlineData("[::]/0:*")]
    public void Refuses_what_is_not_plain(string? text)
    {
        AllowRule.TryParse(text, out _, out var mistake).ShouldBeFalse();

        mistake.ShouldNotBeNullOrEmpty();
    }
}
