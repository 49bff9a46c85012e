using System.CommandLine;

namespace Pictor.Cli;

/// <summary>The options that every verb has.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> BaseUrl { get; } = new("--base-url") { Description = "address of the gateway or relay, with or without /v1", Recursive = true, HelpName = "URL" };

    public Option<string?> ApiKey { get; } = new("--api-key") { Description = "the key (better: PICTOR_API_KEY or a settings file)", Recursive = true, HelpName = "KEY" };

    public Option<string?> Timeout { get; } = new("--timeout") { Description = "seconds to wait for a picture (600)", Recursive = true, HelpName = "SECONDS" };

    public Option<bool> Json { get; } = new("--json") { Description = "JSON lines on stdout, errors as JSON on stderr", Recursive = true };

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "only results and errors", Recursive = true };

    public IEnumerable<Option> All => [BaseUrl, ApiKey, Timeout, Json, Quiet];
}
