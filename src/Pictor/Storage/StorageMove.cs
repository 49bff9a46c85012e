using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace Pictor.Storage;

/// <summary>Copies every table of a SQLite database into an empty PostgreSQL database, in one transaction, and compares what arrived.</summary>
internal static class StorageMove
{
    /// <summary>How a table is named and how many rows it has.</summary>
    public sealed record Copied(string Table, long Rows);

    // Made by the migrations themselves, and not by anybody's work.
    private static readonly string[] Seeded = ["migrations", "settings_versions"];

    // Processes of the former place.
    private static readonly string[] LeftBehind = ["migrations", "settings_versions", "replicas", "commits"];

    /// <param name="source">Open, at the newest migration, and nobody else's.</param>
    /// <param name="target">Open, at the newest migration, with a transaction begun.</param>
    /// <param name="cancellationToken">Leaves the target as it was.</param>
    /// <returns>The tables, in the order of their foreign keys.</returns>
    /// <exception cref="InvalidOperationException">The target is not empty, or a table did not arrive as it was.</exception>
    public static async Task<IReadOnlyList<Copied>> RunAsync(DbConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var tables = Ordered(await ReferencesAsync(target));
        foreach (var table in tables.Except(Seeded, StringComparer.Ordinal))
        {
            if (await target.ExecuteScalarAsync<bool>($"SELECT EXISTS (SELECT 1 FROM {table})"))
            {
                throw new InvalidOperationException($"The PostgreSQL database is not empty: {table} has rows. Nothing was moved.");
            }
        }

        var copied = new List<Copied>();
        foreach (var table in tables.Except(LeftBehind, StringComparer.Ordinal))
        {
            copied.Add(new Copied(table, await CopyAsync(source, target, table, cancellationToken)));
        }

        // Nobody works on the jobs of the former process any more.
        await target.ExecuteAsync("UPDATE jobs SET owner = NULL WHERE ended_at IS NULL");
        return copied;
    }

    private static async Task<long> CopyAsync(DbConnection source, NpgsqlConnection target, string table, CancellationToken cancellationToken)
    {
        var columns = (await target.QueryAsync<Column>(
            "SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = @table ORDER BY ordinal_position",
            new { table })).AsList();
        var names = string.Join(", ", columns.Select(column => column.Name));
        var rows = 0L;
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var reader = await source.ExecuteReaderAsync($"SELECT {names} FROM {table} ORDER BY {names}"))
        await using (var import = await target.BeginBinaryImportAsync($"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                await import.StartRowAsync(cancellationToken);
                for (var i = 0; i < columns.Count; i++)
                {
                    // What SQLite took and PostgreSQL does not: a vendor's text may have had a zero character in it.
                    var value = reader.GetValue(i) is string text ? text.Replace('\0', '\uFFFD') : reader.GetValue(i);
                    Add(sent, value);
                    await (value is DBNull ? import.WriteNullAsync(cancellationToken)
                        : columns[i].Type == "bigint" ? import.WriteAsync(Convert.ToInt64(value, CultureInfo.InvariantCulture), cancellationToken)
                        : import.WriteAsync((string)value, cancellationToken));
                }

                rows++;
            }

            await import.CompleteAsync(cancellationToken);
        }

        // The same rows in the same order, as the other engine reads them. NULLs come first in SQLite.
        using var arrived = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var order = string.Join(", ", columns.Select(column => column.Name + " NULLS FIRST"));
        var there = 0L;
        await using (var reader = await target.ExecuteReaderAsync($"SELECT {names} FROM {table} ORDER BY {order}"))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                for (var i = 0; i < columns.Count; i++)
                {
                    Add(arrived, reader.GetValue(i));
                }

                there++;
            }
        }

        return rows == there && sent.GetHashAndReset().AsSpan().SequenceEqual(arrived.GetHashAndReset())
            ? rows
            : throw new InvalidOperationException($"{table} did not arrive as it was: {rows} rows were read and {there} are there. Nothing was moved.");
    }

    private static void Add(IncrementalHash hash, object value)
    {
        var text = value is DBNull ? "-" : "=" + Convert.ToString(value, CultureInfo.InvariantCulture);
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }

    private static async Task<Dictionary<string, HashSet<string>>> ReferencesAsync(NpgsqlConnection target)
    {
        var references = (await target.QueryAsync<string>("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")).ToDictionary(table => table, _ => new HashSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (user, used) in await target.QueryAsync<(string User, string Used)>(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"))
        {
            references[user].Add(used);
        }

        return references;
    }

    // Those that are referred to come first.
    private static List<string> Ordered(Dictionary<string, HashSet<string>> references)
    {
        var ordered = new List<string>();
        while (references.Count > ordered.Count)
        {
            ordered.AddRange([.. references.Where(table => !ordered.Contains(table.Key) && table.Value.All(used => ordered.Contains(used) || used == table.Key)).Select(table => table.Key)]);
        }

        return ordered;
    }

    private sealed record Column
    {
        public string Name { get; init; } = "";

        public string Type { get; init; } = "";
    }
}
