using Pictor.Providers;
using Pictor.Upstream;

namespace Pictor.Tests.Providers.OpenAI;

/// <summary>OpenAI's pictures at Azure.</summary>
public sealed class AzureTests : ProviderContract
{
    private protected override string Dialect => "azure";

    private protected override string BasePath => "/openai/v1";

    private protected override string Model => "pictures";

    private protected override IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["dialect"] = "azure" };

    private protected override IProvider Create(UpstreamClient client) => OpenAITests.ForBench(client, Bench);

    private protected override ProviderCall Call(string directives)
    {
        var call = base.Call(directives);
        return call with { Request = call.Request with { Model = "gpt-image-1" } };
    }

    [Theory]
    [InlineData("")]
    [InlineData("/openai")]
    public async Task Addresses_a_deployment_in_the_old_way(string path)
    {
        await DoneAsync("", call => call with { Channel = call.Channel with { BaseUrl = Bench.Fake.BaseOf("azure", path) } });

        var submit = Record.Submits.Single();
        submit.Path.ShouldBe("/azure/openai/deployments/pictures/images/generations?api-version=2025-04-01-preview");
        submit.Parameters!.ContainsKey("model").ShouldBeFalse();
    }
}
