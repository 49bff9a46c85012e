using Microsoft.Extensions.Options;
using Pictor.Providers;
using Pictor.Settings;

namespace Pictor.Routing;

/// <summary>One channel as settings describe it: <c>Pictor:Channels:&lt;id&gt;</c>.</summary>
internal sealed class ChannelOptions
{
    /// <summary>The name of a provider, for instance <c>sandbox</c>.</summary>
    public string Provider { get; set; } = "";

    /// <summary>Where the vendor is; as a provider's README says.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>What the vendor wants to see, or <c>file:/run/secrets/name</c>.</summary>
    public string? Credential { get; set; }

    /// <summary><c>public</c> or <c>public=upstream</c>, separated by commas.</summary>
    public string Models { get; set; } = "";

    /// <summary>Lower numbers are asked first.</summary>
    public int Priority { get; set; }

    /// <summary>Share of the calls inside a priority.</summary>
    public int Weight { get; set; } = 1;

    /// <summary>Calls at once; unlimited unless set.</summary>
    public int? Concurrent { get; set; }

    /// <summary>False leaves the channel out without forgetting it.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The provider's own settings, which stand beside the common ones: <c>Pictor:Channels:&lt;id&gt;:Dialect</c>.</summary>
    public Dictionary<string, string> Options { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The part that a provider may see.</summary>
    public ChannelSettings Settings(string id) => new(
        id,
        BaseUrl is null ? null : new Uri(BaseUrl, UriKind.Absolute),
        Credential is null ? null : new Credential(SecretText.Read(Credential)),
        Options);

    /// <summary>Reads <see cref="Models"/>.</summary>
    public IReadOnlyDictionary<string, string> ModelMap()
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in Models.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            map[parts[0]] = parts.Length == 2 && parts[1].Length > 0 ? parts[1] : parts[0];
        }

        return map;
    }
}

/// <summary>All channels of the settings, by id. Section <c>Pictor</c>.</summary>
internal sealed class RoutingOptions
{
    public const string Section = "Pictor";

    /// <summary>The ways out, by id.</summary>
    public Dictionary<string, ChannelOptions> Channels { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Whatever stands beside the common settings of a channel belongs to its provider.</summary>
internal sealed class ProviderSettings(IConfiguration configuration) : IPostConfigureOptions<RoutingOptions>
{
    private static readonly HashSet<string> Common =
        [.. typeof(ChannelOptions).GetProperties().Select(property => property.Name.ToUpperInvariant())];

    public void PostConfigure(string? name, RoutingOptions options)
    {
        foreach (var (id, channel) in options.Channels)
        {
            var own = configuration.GetSection($"{RoutingOptions.Section}:Channels:{id}").GetChildren();
            foreach (var setting in own.Where(setting => setting.Value is not null && !Common.Contains(setting.Key.ToUpperInvariant())))
            {
                channel.Options[setting.Key] = setting.Value!;
            }
        }
    }
}

/// <summary>Finds every mistake in the channels at start.</summary>
internal sealed class RoutingOptionsValidator(IEnumerable<IProvider> providers) : IValidateOptions<RoutingOptions>
{
    public ValidateOptionsResult Validate(string? name, RoutingOptions options)
    {
        var known = providers.Select(provider => provider.Name).ToArray();
        var mistakes = new List<string>();
        foreach (var (id, channel) in options.Channels)
        {
            var path = $"Pictor:Channels:{id}";
            if (!known.Contains(channel.Provider, StringComparer.OrdinalIgnoreCase))
            {
                mistakes.Add($"{path}:Provider: no provider is called '{channel.Provider}'; there are {string.Join(", ", known)}.");
            }

            if (channel.ModelMap().Count == 0)
            {
                mistakes.Add($"{path}:Models: name at least one model.");
            }

            if (channel.BaseUrl is not null && (!Uri.TryCreate(channel.BaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")))
            {
                mistakes.Add($"{path}:BaseUrl must be an http or https address.");
            }

            else if (providers.FirstOrDefault(provider => provider.Name.Equals(channel.Provider, StringComparison.OrdinalIgnoreCase)) is { } provider)
            {
                mistakes.AddRange(channel.Options.Where(own => own.Value.Length > 0).Select(own => own.Key).Except(provider.OwnSettings, StringComparer.OrdinalIgnoreCase).Select(own => $"{path}:{own} is no setting of a channel of {provider.Name}."));
                mistakes.AddRange(Mistakes(provider, id, channel).Select(mistake => $"{path}: {mistake}"));
            }

            if (channel.Concurrent < 1)
            {
                mistakes.Add($"{path}:Concurrent must be at least 1.");
            }

            if (channel.Weight < 1)
            {
                mistakes.Add($"{path}:Weight must be at least 1.");
            }
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static IEnumerable<string> Mistakes(IProvider provider, string id, ChannelOptions channel)
    {
        try
        {
            return provider.Mistakes(channel.Settings(id));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return ["Credential names a file that cannot be read."];
        }
    }
}
