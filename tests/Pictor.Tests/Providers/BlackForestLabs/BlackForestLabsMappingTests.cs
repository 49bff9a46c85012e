using Pictor.Providers.BlackForestLabs;

namespace Pictor.Tests.Providers.BlackForestLabs;

public sealed class BlackForestLabsMappingTests
{
    [Theory]
    [InlineData("https://api.bfl.ai", "https://api.us1.bfl.ai/v1/get_result?id=1", true)]
    [InlineData("https://api.eu.bfl.ai/", "https://API.BFL.AI/v1/get_result", true)]
    [InlineData("https://api.bfl.ai", "https://bfl.ai/x", true)]
    [InlineData("http://127.0.0.1:8080/prefix", "http://127.0.0.1:8080/poll", true)]
    [InlineData("https://api.bfl.ai", "http://api.us1.bfl.ai/x", false)]
    [InlineData("https://api.bfl.ai", "https://api.us1.bfl.ai:8443/x", false)]
    [InlineData("https://api.bfl.ai", "https://api.bfl.ai.example.com/x", false)]
    [InlineData("https://api.bfl.ai", "https://evilbfl.ai/x", false)]
    [InlineData("https://api.bfl.ai", "https://api.bfl.ai@example.com/x", false)]
    [InlineData("https://api.bfl.ai", "https://user@api.us1.bfl.ai/x", false)]
    [InlineData("https://proxy.example.com/bfl", "https://api.us1.bfl.ai/x", false)]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8081/x", false)]
    [InlineData("http://127.0.0.1:8080", "https://127.0.0.1:8080/x", false)]
    public void Shows_the_credential_at_home_only(string root, string address, bool may) =>
        BlackForestLabsMapping.MaySeeCredential(new Uri(root), new Uri(address)).ShouldBe(may);
}
