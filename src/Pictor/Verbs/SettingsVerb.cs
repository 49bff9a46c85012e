using System.Globalization;
using Pictor.Settings;

namespace Pictor.Verbs;

/// <summary><c>Pictor settings</c>: the settings that hold, each with where it comes from; secrets are not shown.</summary>
internal static class SettingsVerb
{
    private const string Masked = "(set)";
    private static readonly string[] Secrets = ["Credential", "AccessKey", "SecretKey", "PostgreSql", "CollectorHeaders"];

    /// <param name="args">Settings as the gateway takes them.</param>
    /// <param name="output">One line for each setting: path, value, source.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        await using var app = Gateway.Build(args);
        var configuration = (IConfigurationRoot)app.Configuration;
        foreach (var (path, value) in SettingsForm.Effective(configuration))
        {
            await output.WriteLineAsync($"{path,-44} {Shown(path, value),-40} {SourceOf(configuration, path)}");
        }

        foreach (var name in new[] { "PICTOR_MASTER_KEY", "PICTOR_ADMIN_KEY" })
        {
            await output.WriteLineAsync($"{name,-44} {(string.IsNullOrEmpty(configuration[name]) ? "" : Masked),-40} {SourceOf(configuration, name)}");
        }

        return 0;
    }

    // Where a secret lies is none: file:PATH is shown.
    private static string Shown(string path, object? value)
    {
        var text = value is TimeSpan time ? time.ToString("c") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.Length > 0 && !SecretText.IsPath(text) && Secrets.Contains(path[(path.LastIndexOf(':') + 1)..], StringComparer.OrdinalIgnoreCase) ? Masked : text;
    }

    private static string SourceOf(IConfigurationRoot configuration, string path) =>
        configuration.Providers.LastOrDefault(provider => provider.TryGet(path, out _)) switch
        {
            null => "default",
            Microsoft.Extensions.Configuration.CommandLine.CommandLineConfigurationProvider => "command line",
            Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationProvider => "environment",
            FileConfigurationProvider file => file.Source.FileProvider?.GetFileInfo(file.Source.Path ?? "").PhysicalPath ?? file.Source.Path ?? "file",
            var other => other.ToString() ?? "",
        };
}
