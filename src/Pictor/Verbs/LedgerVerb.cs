using System.Data.Common;
using Pictor.Catalog;
using Pictor.Ledger;
using Pictor.Storage;

namespace Pictor.Verbs;

/// <summary><c>Pictor ledger verify [--data folder | --postgresql connection]</c>: recomputes the books without starting the gateway.</summary>
internal static class LedgerVerb
{
    private const string Usage = "Usage: Pictor ledger verify [--data folder | --postgresql connection]";

    /// <returns>0 when the books balance, 1 when they do not or cannot be read.</returns>
    /// <exception cref="InvalidOperationException">There are no books where they were looked for.</exception>
    public static async Task<int> RunAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        var (folder, server) = args switch
        {
            ["verify"] => (Environment.GetEnvironmentVariable("Pictor__Data") ?? new StorageOptions().Data, Environment.GetEnvironmentVariable("Pictor__Storage__PostgreSql")),
            ["verify", "--data", var given] => (given, null),
            ["verify", "--postgresql", var given] => ("", given),
            _ => throw new InvalidOperationException(Usage),
        };
        try
        {
            return await (string.IsNullOrEmpty(server) ? InFileAsync(folder, output, cancellationToken) : OnServerAsync(server, output, cancellationToken));
        }
        catch (DbException fault)
        {
            throw new InvalidOperationException($"The books cannot be read: {fault.Message}", fault);
        }
    }

    private static async Task<int> InFileAsync(string folder, TextWriter output, CancellationToken cancellationToken)
    {
        await using var connection = await SqliteDialect.OpenOfflineAsync(folder, cancellationToken);
        return await TellAsync(await LedgerVerifier.VerifyAsync(new Session(connection, new SqliteDialect(folder)), cancellationToken), output);
    }

    private static async Task<int> OnServerAsync(string server, TextWriter output, CancellationToken cancellationToken)
    {
        await using var dialect = PostgreSqlDialect.Patient(server);
        await using var connection = await dialect.OpenReaderAsync(cancellationToken);
        return await TellAsync(await LedgerVerifier.VerifyAsync(new Session(connection, dialect), cancellationToken), output);
    }

    private static async Task<int> TellAsync(LedgerReport report, TextWriter output)
    {
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
