using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Pictor.Storage;

/// <summary>Brings the tables to the newest numbered migration; each one runs once, in a transaction, and takes as long as it takes.</summary>
internal sealed class Migrator(IDialect dialect, TimeProvider time)
{
    private const string Prefix = "Migrations/";

    // Half an hour: as long as the dump of a large database may take.
    private const int MostTries = 300;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="InvalidOperationException">The database was written by a newer version.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var assembly = typeof(Migrator).Assembly;
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToSortedList(name => int.Parse(name.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture));

        await using var writer = await dialect.OpenWriterAsync(cancellationToken);
        var connection = writer.Connection;
        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)");
        var applied = (await connection.QueryAsync<int>("SELECT number FROM migrations")).ToHashSet();
        if (applied.Count > 0 && applied.Max() > scripts.Keys[^1])
        {
            throw new InvalidOperationException($"The database is at migration {applied.Max()}, this Pictor knows {scripts.Keys[^1]}. Start the newer version.");
        }

        foreach (var (number, name) in scripts.Where(script => !applied.Contains(script.Key)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var sql = dialect.Translate(await reader.ReadToEndAsync(cancellationToken));
            for (var tries = 1; !await ApplyAsync(connection, number, sql, mayWait: tries < MostTries); tries++)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    // False when somebody else uses a table for longer: whoever comes behind this one's wish for it waits too, and must not for long.
    private async Task<bool> ApplyAsync(DbConnection connection, int number, string sql, bool mayWait)
    {
        await dialect.BeginAsync(connection);
        try
        {
            await connection.ExecuteAsync(sql, commandTimeout: 0);
        }
        catch (DbException fault) when (mayWait && dialect.IsCollision(fault))
        {
            await connection.ExecuteAsync("ROLLBACK");
            return false;
        }

        await connection.ExecuteAsync("INSERT INTO migrations (number, applied_at) VALUES (@number, @at)", new { number, at = time.GetUtcNow().ToUnixTimeMilliseconds() });
        await connection.ExecuteAsync("COMMIT");
        return true;
    }
}

file static class SortedLists
{
    public static SortedList<int, string> ToSortedList(this IEnumerable<string> names, Func<string, int> key)
    {
        var list = new SortedList<int, string>();
        foreach (var name in names)
        {
            list.Add(key(name), name);
        }

        return list;
    }
}
