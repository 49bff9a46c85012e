using System.Net;
using Pictor.Upstream;

namespace Pictor.Tests.Upstream;

public sealed class HostileLinksTests
{
    public static IEnumerable<TheoryDataRow<int>> Rows() => HostileLinks.Rows();

    public static IEnumerable<TheoryDataRow<int>> RowsForHeaders() => HostileLinks.Rows().Where(row => HostileLinks.FitsHeader(HostileLinks.At(row.Data, 1)));

    [Fact]
    public void The_table_holds_many_different_spellings() =>
        HostileLinks.All.Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThan(300);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_picture_link_never_reaches_the_canary(int row)
    {
        await using var canary = RawServer.Canary();
        using var outside = new Outside(options => PassForm(options, canary));
        var link = HostileLinks.At(row, canary.Port);

        await outside.FailAsync(link);

        (await canary.CountAllAsync()).ShouldBe(0, link);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_webhook_address_never_reaches_the_canary(int row)
    {
        await using var canary = RawServer.Canary();
        using var outside = new Outside();
        var link = HostileLinks.At(row, canary.Port);
        using var request = new HttpRequestMessage { Method = HttpMethod.Post };
        request.RequestUri = Uri.TryCreate(link, UriKind.RelativeOrAbsolute, out var uri) ? uri : null;

        await Should.ThrowAsync<LinkFailedException>(() => outside.Client.SendGuardedAsync(request, GuardedCall.Webhook, TestContext.Current.CancellationToken));

        (await canary.CountAllAsync()).ShouldBe(0, link);
    }

    [Theory]
    [MemberData(nameof(RowsForHeaders))]
    public async Task A_redirect_never_reaches_the_canary(int row)
    {
        await using var canary = RawServer.Canary();
        var link = HostileLinks.At(row, canary.Port);
        await using var allowed = new RawServer(async exchange =>
        {
            await exchange.ReadRequestAsync();
            await exchange.WriteAsync(HostileLinks.Redirect(link));
        });
        using var outside = new Outside(options =>
        {
            PassForm(options, canary);
            Outside.Allow(options, allowed);
        });

        await outside.FailAsync(allowed.Address + "/start");

        allowed.Connections.ShouldBeGreaterThan(0);
        (await canary.CountAllAsync()).ShouldBe(0, link);
    }

    [Fact]
    public async Task The_system_resolver_is_not_trusted_either()
    {
        await using var canary = RawServer.Canary();
        var options = Microsoft.Extensions.Options.Options.Create(new UpstreamOptions());
        var guard = new AddressGuard(options, TimeProvider.System);

        await Should.ThrowAsync<LinkFailedException>(() =>
            guard.ConnectAsync(new DnsEndPoint("localhost", canary.Port), GuardedPorts.Any, TestContext.Current.CancellationToken).AsTask());
        await Should.ThrowAsync<LinkFailedException>(() =>
            guard.ConnectAsync(new DnsEndPoint(".", canary.Port), GuardedPorts.Any, TestContext.Current.CancellationToken).AsTask());

        (await canary.CountAllAsync()).ShouldBe(0);
    }

    // Lets the canary's port through the check of the form, so that the address is what decides.
    private static void PassForm(UpstreamOptions options, RawServer canary) => options.Allow.Add("port", $"233.252.0.0/24:{canary.Port}");
}
