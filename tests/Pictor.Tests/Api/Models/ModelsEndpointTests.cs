using System.Net;

namespace Pictor.Tests.Api.Models;

public sealed class ModelsEndpointTests
{
    [Theory]
    [InlineData("/v1/models/black-forest-labs/flux-kontext-pro")]
    [InlineData("/v1/models/black-forest-labs%2Fflux-kontext-pro")]
    public async Task Shows_a_model_whose_name_has_a_slash(string path)
    {
        await using var gateway = await TestGateway.StartAsync(
            settings: ["Pictor:Channels:r:Provider=replicate", "Pictor:Channels:r:Credential=x", "Pictor:Channels:r:Models=black-forest-labs/flux-kontext-pro"]);

        using var answer = await gateway.Client.GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        (await answer.JsonAsync()).Text("id").ShouldBe("black-forest-labs/flux-kontext-pro");
    }
}
