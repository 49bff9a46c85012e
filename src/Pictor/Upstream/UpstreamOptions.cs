using Microsoft.Extensions.Options;

namespace Pictor.Upstream;

/// <summary>How Pictor reaches out: the section <c>Pictor:Upstream</c>.</summary>
internal sealed class UpstreamOptions
{
    public const string Section = "Pictor:Upstream";

    /// <summary>
    /// Addresses inside private networks that links of strangers may lead to, by an id of any kind: <c>CIDR:PORT</c>,
    /// <c>CIDR:FROM-TO</c> or <c>CIDR:*</c>, IPv6 written <c>[::1]/128:80</c>. What it allows is exempt from the port list too.
    /// </summary>
    public Dictionary<string, string> Allow { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Time for a connection, TLS included.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for the look-up of a name in a stranger's link.</summary>
    public TimeSpan ResolveTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>A stranger's link that is refused or cannot be reached fails no earlier than this, so that the time tells nothing.</summary>
    public TimeSpan RefusalTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Time for one picture behind a link, redirects and all.</summary>
    public TimeSpan PictureTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest picture taken from a link, in bytes.</summary>
    public long MaxPictureBytes { get; set; } = 25 * 1024 * 1024;

    /// <summary>A picture's download has to bring <see cref="StallBytes"/> in each of these windows, or it ends.</summary>
    public TimeSpan StallWindow { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The bytes that each <see cref="StallWindow"/> has to bring.</summary>
    public long StallBytes { get; set; } = 16 * 1024;

    /// <summary>Largest finished picture that an upstream's link may give.</summary>
    public long MaxResultBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long an upstream's link to a finished picture is asked again while it fails in a way that may pass; vendors' links live ten minutes.</summary>
    public TimeSpan ResultPatience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Time until a channel begins to answer; a blocking vendor answers when the picture is ready.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(600);

    /// <summary>Largest answer of a channel, in bytes after decompression; ten large pictures in base64 fit.</summary>
    public long MaxAnswerBytes { get; set; } = 384L * 1024 * 1024;

    /// <summary>The rules of <see cref="Allow"/>; what cannot be read is left out (the validator has reported it).</summary>
    internal IReadOnlyList<AllowRule> AllowRules() =>
        [.. Allow.Values.Select(text => AllowRule.TryParse(text, out var rule, out _) ? rule : null).OfType<AllowRule>()];
}

/// <summary>Reports every mistake in <see cref="UpstreamOptions"/> with its path.</summary>
internal sealed class UpstreamOptionsValidator : IValidateOptions<UpstreamOptions>
{
    public ValidateOptionsResult Validate(string? name, UpstreamOptions options)
    {
        List<string> mistakes = [];
        foreach (var (id, text) in options.Allow)
        {
            if (!AllowRule.TryParse(text, out _, out var mistake))
            {
                mistakes.Add($"{UpstreamOptions.Section}:Allow:{id}: \"{text}\" {mistake}.");
            }
        }

        Time(nameof(options.ConnectTimeout), options.ConnectTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Time(nameof(options.ResolveTimeout), options.ResolveTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Time(nameof(options.RefusalTime), options.RefusalTime, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Time(nameof(options.PictureTimeout), options.PictureTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        Time(nameof(options.StallWindow), options.StallWindow, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        Time(nameof(options.CallTimeout), options.CallTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
        Time(nameof(options.ResultPatience), options.ResultPatience, TimeSpan.Zero, TimeSpan.FromMinutes(30));
        Number(nameof(options.MaxResultBytes), options.MaxResultBytes, 1, 1024L * 1024 * 1024);
        Number(nameof(options.MaxPictureBytes), options.MaxPictureBytes, 1, 1024L * 1024 * 1024);
        Number(nameof(options.StallBytes), options.StallBytes, 1, 1024L * 1024 * 1024);
        Number(nameof(options.MaxAnswerBytes), options.MaxAnswerBytes, 1024, 4L * 1024 * 1024 * 1024);
        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);

        void Time(string property, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                mistakes.Add($"{UpstreamOptions.Section}:{property}: {value} is not between {least} and {most}.");
            }
        }

        void Number(string property, long value, long least, long most)
        {
            if (value < least || value > most)
            {
                mistakes.Add($"{UpstreamOptions.Section}:{property}: {value} is not between {least} and {most}.");
            }
        }
    }
}
