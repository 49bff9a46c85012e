using System.Net;
using Microsoft.Extensions.Options;

namespace Pictor.Api;

/// <summary>The HTTP face. Section <c>Pictor:Api</c>.</summary>
internal sealed class ApiOptions
{
    public const string Section = "Pictor:Api";

    /// <summary>Largest body in bytes.</summary>
    public long MaxBodyBytes { get; set; } = 50L * 1024 * 1024;

    /// <summary>Connections at once.</summary>
    public long MaxConnections { get; set; } = 20_000;

    /// <summary>How often a stream that waits sends a comment; proxies and clients give up on silence.</summary>
    public TimeSpan CommentEvery { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Proxies whose forwarded headers count, by any id: an address or a CIDR range.</summary>
    public Dictionary<string, string> TrustedProxies { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Finds mistakes in <see cref="ApiOptions"/> at start.</summary>
internal sealed class ApiOptionsValidator : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        var mistakes = options.TrustedProxies
            .Where(proxy => !IPNetwork.TryParse(proxy.Value, out _) && !IPAddress.TryParse(proxy.Value, out _))
            .Select(proxy => $"Pictor:Api:TrustedProxies:{proxy.Key}: '{proxy.Value}' is neither an address nor a range like 10.0.0.0/8.")
            .ToList();
        if (options.MaxBodyBytes is < 1024 or > 1024L * 1024 * 1024)
        {
            mistakes.Add("Pictor:Api:MaxBodyBytes must be 1024 to 1073741824.");
        }

        if (options.MaxConnections < 1)
        {
            mistakes.Add("Pictor:Api:MaxConnections must be at least 1.");
        }

        if (options.CommentEvery <= TimeSpan.Zero || options.CommentEvery > TimeSpan.FromSeconds(10))
        {
            mistakes.Add("Pictor:Api:CommentEvery must be more than 0 and at most 10 seconds.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
