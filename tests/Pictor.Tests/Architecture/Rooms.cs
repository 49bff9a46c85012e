using System.Collections.Frozen;

namespace Pictor.Tests.Architecture;

/// <summary>Who may use whom, as docs/architecture.md has it. A room is a folder of src/Pictor; every provider is a room of its own.</summary>
internal static class Rooms
{
    /// <summary>Gateway, Start and Program: the place where everything is put together.</summary>
    public const string Root = "(root)";

    /// <summary>The picture library beside the gateway.</summary>
    public const string Imaging = "Pictor.Imaging";

    /// <summary>Stands for every folder below Providers.</summary>
    public const string AnyProvider = "Providers/X";

    /// <summary>Takes big base64 out of JSON, for requests as for answers; it opens no connection.</summary>
    public const string Splitting = "Upstream/Splitting";

    private static readonly string[] Stores = ["Images", "Errors", "Settings", "Catalog", "Storage", "Upstream", "Telemetry"];
    private static readonly string[] BelowJobs = [.. Stores, "Keys", "Ledger", "Webhooks", "Assets", "Providers", "Routing", Imaging];

    /// <summary>The rooms that the row's room may use besides itself.</summary>
    public static FrozenDictionary<string, string[]> Table { get; } = new Dictionary<string, string[]>
    {
        ["Errors"] = [],
        ["Settings"] = [],
        ["Images"] = ["Errors"],
        ["Storage"] = ["Errors", "Settings"],
        ["Telemetry"] = ["Errors", "Settings"],
        ["Upstream"] = ["Errors", "Telemetry"],
        [Splitting] = ["Errors"],
        ["Catalog"] = ["Images", "Errors"],
        ["Keys"] = Stores,
        ["Ledger"] = Stores,
        ["Webhooks"] = Stores,
        ["Assets"] = [.. Stores, Imaging],
        ["Providers"] = ["Images", "Errors", "Upstream", Splitting],
        [AnyProvider] = ["Providers", "Images", "Errors", "Upstream", Splitting, Imaging],
        ["Routing"] = ["Providers", "Catalog", "Images", "Errors", "Settings", "Storage", "Telemetry"],
        ["Jobs"] = BelowJobs,
        ["Api"] = [.. BelowJobs.Except(["Upstream", Imaging]), Splitting, "Jobs"],
        ["Verbs"] = [.. BelowJobs, "Jobs", Root],
    }.ToFrozenDictionary();

    /// <summary>The room of a namespace; null for one that is not ours.</summary>
    public static string? Of(string name)
    {
        var parts = name.Split('.');
        return parts switch
        {
            ["Pictor", "Imaging", ..] => Imaging,
            ["Pictor", "Upstream", "Splitting", ..] => Splitting,
            ["Pictor", "Providers", var provider, ..] => "Providers/" + provider,
            ["Pictor", var room, ..] => room,
            ["Pictor"] => Root,
            _ => null,
        };
    }

    public static bool IsKnown(string room) => room == Root || Table.ContainsKey(Row(room));

    public static bool MayUse(string user, string used) =>
        user == used || user == Root || (Table.TryGetValue(Row(user), out var allowed) && allowed.Contains(used, StringComparer.Ordinal));

    private static string Row(string room) => room.StartsWith("Providers/", StringComparison.Ordinal) ? AnyProvider : room;
}
