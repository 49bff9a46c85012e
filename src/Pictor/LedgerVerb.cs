using System.Data.Common;
using Pictor.Catalog;
using Pictor.Ledger;
using Pictor.Storage;

namespace Pictor;

/// <summary><c>Pictor ledger verify [--data folder]</c>: recomputes the books without starting the gateway.</summary>
internal static class LedgerVerb
{
    private const string Usage = "Usage: Pictor ledger verify [--data folder]";

    /// <returns>0 when the books balance, 1 when they do not or cannot be read.</returns>
    /// <exception cref="InvalidOperationException">There are no books where they were looked for.</exception>
    public static async Task<int> RunAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        var folder = args switch
        {
            ["verify"] => Environment.GetEnvironmentVariable("Pictor__Data") ?? new StorageOptions().Data,
            ["verify", "--data", var given] => given,
            _ => throw new InvalidOperationException(Usage),
        };
        await using var connection = await SqliteDialect.OpenOfflineAsync(folder, cancellationToken);
        LedgerReport report;
        try
        {
            report = await LedgerVerifier.VerifyAsync(new Session(connection), cancellationToken);
        }
        catch (DbException fault)
        {
            throw new InvalidOperationException($"The books cannot be read: {fault.Message}", fault);
        }

        foreach (var (account, micros) in report.Accounts.OrderBy(account => account.Key, StringComparer.Ordinal))
        {
            await output.WriteLineAsync($"{account,-48} {new Micros(micros),18} USD");
        }

        await output.WriteLineAsync($"{report.Entries} entries, head {report.Head}");
        foreach (var fault in report.Faults)
        {
            await output.WriteLineAsync(fault);
        }

        await output.WriteLineAsync(report.IsBalanced ? "The books balance." : $"The books do not balance{(report.FirstBad is { } bad ? $"; the first bad entry is {bad}" : "")}.");
        return report.IsBalanced ? 0 : 1;
    }
}
