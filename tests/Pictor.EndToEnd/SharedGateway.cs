using Pictor.EndToEnd;

[assembly: AssemblyFixture(typeof(SharedGateway))]

namespace Pictor.EndToEnd;

/// <summary>One gateway with default settings for all tests that need no other.</summary>
public sealed class SharedGateway : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal GatewayProcess Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await GatewayProcess.StartAsync(_folder.PathOf("data"));

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _folder.Dispose();
    }
}
