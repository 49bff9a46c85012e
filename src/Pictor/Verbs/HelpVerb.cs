using System.Reflection;

namespace Pictor.Verbs;

/// <summary><c>Pictor --help</c> and <c>Pictor --version</c>.</summary>
internal static class HelpVerb
{
    public static async Task<int> HelpAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(
            """
            Pictor [--Pictor:Section:Setting=VALUE …]    starts the gateway
            Pictor settings                              prints the settings that hold, and where each comes from
            Pictor doctor [--data FOLDER]                looks at everything that a gateway stands on, and changes nothing
            Pictor ledger verify [--data FOLDER | --postgresql CONNECTION]
                                                         recomputes the books, beside a running gateway or without one
            Pictor storage move --to CONNECTION [--data FOLDER]
                                                         moves the SQLite database of a stopped gateway to PostgreSQL
            Pictor --version

            Settings are read from appsettings.json beside the executable, from pictor.json in the working folder, from the
            environment (Pictor__Section__Setting) and from the command line, later ones before earlier ones.
            """);
        return 0;
    }

    public static async Task<int> VersionAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(typeof(HelpVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]);
        return 0;
    }
}
