using System.Net;
using Pictor.Upstream;

namespace Pictor.Tests.Upstream;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("168.63.129.15")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("192.0.3.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("2000::1")]
    [InlineData("2001:200::1")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2003::1")]
    [InlineData("2606:4700::1111")]
    [InlineData("3ffe:ffff::1")]
    public void Takes_addresses_of_the_internet_for_public(string address) => AddressGuard.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.255.255.255")]
    [InlineData("10.0.0.0")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.0")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.0")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.255")]
    [InlineData("192.31.196.0")]
    [InlineData("192.52.193.255")]
    [InlineData("192.88.99.2")]
    [InlineData("192.168.255.255")]
    [InlineData("192.175.48.1")]
    [InlineData("198.18.0.0")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.255")]
    [InlineData("224.0.0.0")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::8.8.8.8")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:0:8.8.8.8")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("64:ff9b:1::8.8.8.8")]
    [InlineData("64:ff9b:0:1::8.8.8.8")]
    [InlineData("100::1")]
    [InlineData("1fff:ffff::1")]
    [InlineData("2001::1")]
    [InlineData("2001:0:808:808::1")]
    [InlineData("2001:1ff:ffff::1")]
    [InlineData("2001:db8:ffff::1")]
    [InlineData("2002:808:808::1")]
    [InlineData("2606:4700::5efe:808:808")]
    [InlineData("2606:4700::200:5efe:808:808")]
    [InlineData("2620:4f:8000::1")]
    [InlineData("3fff:fff::1")]
    [InlineData("4000::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Takes_everything_else_for_not_public(string address) => AddressGuard.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Fact]
    public void An_address_with_a_zone_is_never_public() =>
        AddressGuard.IsPublic(new IPAddress(IPAddress.Parse("2606:4700::1111").GetAddressBytes(), 1)).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1", 80, "Usual", true)]
    [InlineData("1.1.1.1", 443, "Usual", true)]
    [InlineData("1.1.1.1", 8080, "Usual", true)]
    [InlineData("1.1.1.1", 8443, "Usual", true)]
    [InlineData("1.1.1.1", 22, "Usual", false)]
    [InlineData("1.1.1.1", 9000, "Usual", false)]
    [InlineData("1.1.1.1", 9000, "Any", true)]
    [InlineData("1.1.1.1", 0, "Any", false)]
    [InlineData("10.1.2.3", 9000, "Usual", true)]
    [InlineData("10.1.2.3", 9010, "Any", true)]
    [InlineData("::ffff:10.1.2.3", 9000, "Usual", true)]
    [InlineData("10.1.2.3", 9011, "Any", false)]
    [InlineData("10.2.0.1", 9000, "Any", false)]
    [InlineData("fd00::7", 1, "Usual", true)]
    [InlineData("fd01::7", 1, "Any", false)]
    public void The_operators_list_opens_exactly_what_it_names(string address, int port, string ports, bool may)
    {
        using var outside = new Outside(options =>
        {
            options.Allow.Add("lan", "10.1.0.0/16:9000-9010");
            options.Allow.Add("six", "[fd00::]/64:*");
        });

        outside.Guard.MayDial(IPAddress.Parse(address), port, Enum.Parse<GuardedPorts>(ports)).ShouldBe(may);
    }

    [Theory]
    [InlineData("/b?c=1", "http://a.example/b?c=1")]
    [InlineData("//c.example/d", "http://c.example/d")]
    [InlineData("e", "http://a.example/x/e")]
    [InlineData("?q", "http://a.example/x/y?q")]
    [InlineData("https://d.example/f", "https://d.example/f")]
    public void A_redirect_is_read_as_seen_from_its_page(string location, string expected)
    {
        using var outside = new Outside();

        outside.Guard.TryFollow(new Uri("http://a.example/x/y"), location, GuardedPorts.Usual, out var next).ShouldBeTrue();

        next!.AbsoluteUri.ShouldBe(expected);
    }

    [Fact]
    public async Task One_unsafe_answer_among_safe_ones_refuses_all()
    {
        await using var canary = RawServer.Canary();
        // The second is reachable and allowed, so only the refusal of the whole answer keeps it at 0.
        using var outside = new Outside(options => Outside.Allow(options, canary), _ => [IPAddress.Loopback, IPAddress.Parse("10.0.0.1")]);

        await outside.FailAsync($"http://mixed.example:{canary.Port}/");

        (await canary.CountAllAsync()).ShouldBe(0);
        outside.Lookups.ShouldBe(["mixed.example"]);
    }

    [Fact]
    public async Task A_name_without_an_answer_is_refused()
    {
        using var outside = new Outside(resolve: _ => []);

        outside.ReasonOf(await outside.FailAsync("http://empty.example/")).ShouldBe("the address is not allowed");
    }

    [Fact]
    public async Task A_name_whose_look_up_hangs_ends_with_its_own_time_out()
    {
        var options = Microsoft.Extensions.Options.Options.Create(new UpstreamOptions { ResolveTimeout = TimeSpan.FromMilliseconds(20) });
        var guard = new AddressGuard(options, TimeProvider.System, (_, _) => new TaskCompletionSource<IPAddress[]>().Task);

        var exception = await Should.ThrowAsync<LinkFailedException>(() =>
            guard.ConnectAsync(new DnsEndPoint("slow.example", 80), GuardedPorts.Usual, TestContext.Current.CancellationToken).AsTask());

        exception.Reason.ShouldBe("the name does not resolve");
        exception.InnerException.ShouldBeOfType<TimeoutException>();
    }

    [Fact]
    public async Task Rebinding_never_reaches_the_canary()
    {
        await using var canary = RawServer.Canary();
        await using var allowed = RawServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
        // 127.0.0.1 is allowed, 127.0.0.2 stands for the inside: a look-up behind the check would get the second.
        var answers = 0;
        using var outside = new Outside(
            options =>
            {
                options.Allow.Add("server", $"127.0.0.1/32:{allowed.Port}");
                options.Allow.Add("port", $"233.252.0.0/24:{canary.Port}");
            },
            _ => [++answers % 2 == 1 ? IPAddress.Loopback : IPAddress.Parse("127.0.0.2")]);

        for (var i = 0; i < 200; i++)
        {
            if (i % 2 == 0)
            {
                (await outside.FetchAsync($"http://rebind.example:{allowed.Port}/")).Bytes.ShouldBe(1);
                File.Delete(outside.File);
            }
            else
            {
                await outside.FailAsync($"http://rebind.example:{allowed.Port}/");
            }
        }

        // One look-up a fetch: what was checked is what was dialled.
        answers.ShouldBe(200);
        (await allowed.CountAllAsync()).ShouldBe(100);

        for (var i = 0; i < 200; i++)
        {
            await outside.FailAsync($"http://rebind.example:{canary.Port}/");
        }

        (await canary.CountAllAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_next_address_is_tried_when_the_first_takes_no_connection()
    {
        await using var server = RawServer.Saying("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
        using var outside = new Outside(
            options => options.Allow.Add("all", $"127.0.0.0/8:{server.Port}"),
            _ => [IPAddress.Parse("127.0.0.9"), IPAddress.Loopback]);

        (await outside.FetchAsync($"http://two.example:{server.Port}/")).Bytes.ShouldBe(1);
    }
}
