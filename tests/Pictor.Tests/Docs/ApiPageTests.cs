using Pictor.Images;
using Pictor.Tests.Architecture;

namespace Pictor.Tests.Docs;

/// <summary>docs/api.md is written by hand; what must not be missing in it is looked up in the code.</summary>
public sealed class ApiPageTests
{
    private readonly string _page = File.ReadAllText(Repository.PathOf("docs", "api.md"));

    [Fact]
    public async Task Names_every_route()
    {
        using var folder = new TemporaryFolder();
        await using var app = Gateway.Create([$"--Pictor:Data={folder.Path}"]);
        var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        routes.Count.ShouldBeGreaterThan(10);
        routes.Where(route => !_page.Contains(Path(route), StringComparison.Ordinal)).Select(Path).ShouldBeEmpty();
        routes.SelectMany(Methods).Distinct().Where(method => !_page.Contains(method, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Has_the_exact_messages()
    {
        _page.ShouldContain(RequestRules.RatioMessage);
        _page.ShouldContain(RequestRules.SeedMessage);
        _page.ShouldContain(RequestRules.SafetyMessage);
        _page.ShouldContain(RequestRules.WebhookMessage);
    }

    [Fact]
    public void Names_every_parameter() =>
        RequestNames.Own.Concat(RequestNames.Optional).Where(name => !_page.Contains($"`{name}`", StringComparison.Ordinal)).ShouldBeEmpty();

    private static string Path(RouteEndpoint route) =>
        "/" + route.RoutePattern.RawText!.Trim('/').Replace("{documentName}", "v1", StringComparison.Ordinal).Replace("{**", "{", StringComparison.Ordinal);

    // HEAD goes with GET wherever there is one.
    private static IEnumerable<string> Methods(RouteEndpoint route) =>
        (route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Where(method => method != "HEAD");
}
