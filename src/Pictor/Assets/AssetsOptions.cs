using Microsoft.Extensions.Options;

namespace Pictor.Assets;

/// <summary>How long pictures and their links live. Section <c>Pictor:Assets</c>.</summary>
internal sealed class AssetsOptions
{
    public const string Section = "Pictor:Assets";

    /// <summary>How long the bytes are kept; never shorter than a link lives.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a link lives when the caller does not say.</summary>
    public TimeSpan LinkLife { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often expired bytes are looked for.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The scheme and host of links, where the caller's own origin must not be used.</summary>
    public string? PublicUrl { get; set; }
}

/// <summary>Finds mistakes in <see cref="AssetsOptions"/> at start.</summary>
internal sealed class AssetsOptionsValidator : IValidateOptions<AssetsOptions>
{
    public ValidateOptionsResult Validate(string? name, AssetsOptions options)
    {
        var mistakes = new List<string>();
        if (options.LinkLife < TimeSpan.FromSeconds(1))
        {
            mistakes.Add("Pictor:Assets:LinkLife must be at least 1 second.");
        }

        if (options.Keep < options.LinkLife)
        {
            mistakes.Add("Pictor:Assets:Keep must not be shorter than Pictor:Assets:LinkLife.");
        }

        if (options.SweepEvery <= TimeSpan.Zero || options.SweepEvery > TimeSpan.FromDays(1))
        {
            mistakes.Add("Pictor:Assets:SweepEvery must be more than 0 and at most 1 day.");
        }

        if (options.PublicUrl is { } url && (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")))
        {
            mistakes.Add("Pictor:Assets:PublicUrl must be an http or https address.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
