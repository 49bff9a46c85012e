namespace Pictor.Verbs;

/// <summary>Does what a verb is for and gives the exit code.</summary>
internal delegate Task<int> Verb(string[] args, TextWriter output, CancellationToken cancellationToken);

/// <summary>What the executable does when it is not started as a gateway: one line for each verb.</summary>
internal static class VerbList
{
    /// <summary>The verb that a command line begins with; null when it starts the gateway.</summary>
    public static Verb? Find(string[] args) => args switch
    {
        ["doctor", ..] => DoctorVerb.RunAsync,
        ["ledger", ..] => LedgerVerb.RunAsync,
        ["storage", ..] => StorageVerb.RunAsync,
        _ => null,
    };
}
