namespace Pictor.Verbs;

/// <summary>Does what a verb is for and gives the exit code.</summary>
internal delegate Task<int> Verb(string[] args, TextWriter output, CancellationToken cancellationToken);

/// <summary>What the executable does when it is not started as a gateway: one line for each verb.</summary>
internal static class VerbList
{
    /// <summary>The verb that a command line begins with; null when it starts the gateway.</summary>
    /// <exception cref="InvalidOperationException">It begins with a word that is no verb.</exception>
    public static Verb? Find(string[] args) => args switch
    {
        ["doctor", ..] => DoctorVerb.RunAsync,
        ["ledger", ..] => LedgerVerb.RunAsync,
        ["settings", ..] => SettingsVerb.RunAsync,
        ["storage", ..] => StorageVerb.RunAsync,
        ["help" or "--help" or "-h" or "-?", ..] => HelpVerb.HelpAsync,
        ["version" or "--version", ..] => HelpVerb.VersionAsync,
        // A slip must not start a gateway. A setting has a "=", or its value behind it.
        [{ Length: > 0 } word, ..] when word[0] is not ('-' or '/') && !word.Contains('=', StringComparison.Ordinal) =>
            throw new InvalidOperationException($"'{word}' is nothing that Pictor does; Pictor --help has the list."),
        _ => null,
    };
}
