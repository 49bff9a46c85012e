using System.Globalization;

namespace Pictor.EndToEnd;

/// <summary>The books of a gateway as an auditor reads them: the executable's own verb, and the entries by HTTP.</summary>
internal static class Books
{
    /// <summary>What <c>Pictor ledger verify</c> says of a data folder; the gateway may run or be dead.</summary>
    public static async Task<string> ShouldBalanceAsync(string data, string? when = null)
    {
        var run = await Shell.RunAsync(Path.GetTempPath(), environment: null, GatewayProcess.Executable, "ledger", "verify", "--data", data);
        run.ExitCode.ShouldBe(0, $"{when}\n{run.Output}{run.Errors}");
        run.Output.ShouldContain("The books balance.");
        return run.Output;
    }

    /// <summary>All entries of a kind, in micro-units by job.</summary>
    public static async Task<IReadOnlyList<(string Job, long Micros)>> EntriesAsync(GatewayProcess gateway, string kind)
    {
        var found = new List<(string, long)>();
        var after = "";
        while (true)
        {
            using var answer = await gateway.Client.GetAsync($"/admin/ledger/entries?kind={kind}&limit=100{after}");
            var page = await answer.JsonAsync();
            var last = "";
            foreach (var entry in page.GetProperty("data").EnumerateArray())
            {
                found.Add((entry.Text("job"), Micros(entry.Text("amount"))));
                last = entry.Text("id");
            }

            if (!page.GetProperty("has_more").GetBoolean())
            {
                return found;
            }

            after = "&after=" + Uri.EscapeDataString(last);
        }
    }

    public static long Micros(string amount) => (long)(decimal.Parse(amount, CultureInfo.InvariantCulture) * 1_000_000m);
}
