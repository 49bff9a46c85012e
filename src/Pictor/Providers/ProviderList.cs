using Pictor.Providers.BlackForestLabs;
using Pictor.Providers.OpenAI;
using Pictor.Providers.Sandbox;

namespace Pictor.Providers;

/// <summary>The one list of providers, alphabetical. A new provider is its folder and one line here.</summary>
internal static class ProviderList
{
    public static IServiceCollection AddProviders(this IServiceCollection services) => services
        .AddSingleton<UpstreamExchange>()
        .AddSingleton<IProvider, BlackForestLabsProvider>()
        .AddSingleton<IProvider, OpenAIProvider>()
        .AddSingleton<IProvider, SandboxProvider>();
}
