using Pictor.EndToEnd;

[assembly: AssemblyFixture(typeof(SharedGateway))]

namespace Pictor.EndToEnd;

/// <summary>One gateway with default settings for all tests that need no other.</summary>
public sealed class SharedGateway : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private GatewayProcess? _gateway;

    internal GatewayProcess Gateway => _gateway!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayProcess.StartAsync(_folder.PathOf("data"));

    public async ValueTask DisposeAsync()
    {
        if (_gateway is { } started)
        {
            await started.DisposeAsync();
        }

        _folder.Dispose();
    }
}
