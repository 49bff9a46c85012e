using Microsoft.Extensions.Options;
using Pictor.Providers.BlackForestLabs;
using Pictor.Providers.Fal;
using Pictor.Providers.OpenAI;
using Pictor.Providers.Replicate;
using Pictor.Providers.Sandbox;

namespace Pictor.Providers;

/// <summary>The one list of providers, alphabetical. A new provider is its folder and one line here.</summary>
internal static class ProviderList
{
    public static IServiceCollection AddProviders(this IServiceCollection services) => services
        .AddSingleton<UpstreamExchange>()
        .AddProvider<BlackForestLabsProvider>()
        .AddProvider<FalProvider>()
        .AddProvider<OpenAIProvider>()
        .AddProvider<ReplicateProvider>()
        .AddProvider<SandboxProvider, SandboxOptions, SandboxOptionsValidator>(SandboxOptions.Section);

    private static IServiceCollection AddProvider<TProvider>(this IServiceCollection services)
        where TProvider : class, IProvider => services.AddSingleton<IProvider, TProvider>();

    // With settings of its own.
    private static IServiceCollection AddProvider<TProvider, TOptions, TValidator>(this IServiceCollection services, string section)
        where TProvider : class, IProvider
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<TOptions>, TValidator>()
            .AddSingleton(provider => provider.GetRequiredService<IOptions<TOptions>>().Value)
            .AddProvider<TProvider>();
    }
}
