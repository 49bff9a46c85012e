using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Pictor.EndToEnd;

/// <summary>Reads a data folder as an inspector would: the files against the rows, and nothing left over.</summary>
internal static class DataFolderAudit
{
    private static readonly string[] Transient = ["incoming", "inputs"];

    static DataFolderAudit() => SQLitePCL.Batteries_V2.Init();

    /// <summary>Files and folders that only exist while something is under way; the folders under "work" are kept, empty.</summary>
    public static string[] Leftovers(string data) =>
    [
        .. Transient.SelectMany(name => Directory.EnumerateFileSystemEntries(Path.Combine(data, name), "*", SearchOption.AllDirectories)),
        .. Directory.EnumerateFiles(Path.Combine(data, "work"), "*", SearchOption.AllDirectories),
    ];

    /// <summary>Everything that is not as it should be when no job runs.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(string data)
    {
        var faults = Leftovers(data).Select(path => $"left over: {path}").ToList();
        var rows = (await AssetsAsync(data)).ToDictionary(asset => asset.Id, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(Path.Combine(data, "assets"), "*", SearchOption.AllDirectories))
        {
            var id = Path.GetFileNameWithoutExtension(path);
            seen.Add(id);
            faults.AddRange(rows.TryGetValue(id, out var row) ? FaultsOf(path, row) : [$"no row for {path}"]);
        }

        faults.AddRange(rows.Keys.Where(id => !seen.Contains(id)).Select(id => $"no file for {id}"));
        return faults;
    }

    /// <summary>The jobs by state.</summary>
    public static Task<Dictionary<string, long>> StatesAsync(string data) =>
        ReadAsync(data, "SELECT state, COUNT(*) FROM jobs GROUP BY state", row => (row.GetString(0), row.GetInt64(1)))
            .ContinueWith(rows => rows.Result.ToDictionary(row => row.Item1, row => row.Item2, StringComparer.Ordinal), TaskScheduler.Default);

    /// <summary>What all jobs together cost, in millionths of a dollar.</summary>
    public static async Task<long> CostAsync(string data) =>
        (await ReadAsync(data, "SELECT COALESCE(SUM(cost_micros), 0) FROM jobs", row => row.GetInt64(0)))[0];

    /// <summary>The rows of the jobs, as far as money is concerned.</summary>
    public static Task<List<JobRow>> JobsAsync(string data) =>
        ReadAsync(
            data,
            "SELECT id, state, model, request, COALESCE(cost_micros, 0), COALESCE(pictures, 0), json_extract(request, '$.N'), ended_at IS NOT NULL FROM jobs",
            row => new JobRow(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt32(5), row.IsDBNull(6) ? 1 : row.GetInt32(6), row.GetBoolean(7)));

    /// <summary>Ends the time of all pictures, as if they had been kept long enough; their links hold as long as they did.</summary>
    /// <returns>How many there are.</returns>
    public static async Task<int> ExpireAsync(string data)
    {
        await using var connection = await OpenAsync(data);
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE assets SET expires_at = created_at WHERE removed_at IS NULL";
        return await command.ExecuteNonQueryAsync();
    }

    private static IEnumerable<string> FaultsOf(string path, AssetRow row)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length != row.Bytes || Convert.ToHexStringLower(SHA256.HashData(bytes)) != row.Sha256)
        {
            yield return $"{path} is not the file of its row";
            yield break;
        }

        var header = Pixels.Decode(path);
        if (!row.Format.Equals(header.Format.ToString(), StringComparison.OrdinalIgnoreCase) || (header.Width, header.Height) != (row.Width, row.Height))
        {
            yield return $"{path} is {header.Format} {header.Width}x{header.Height}, its row says {row.Format} {row.Width}x{row.Height}";
        }
    }

    private static Task<List<AssetRow>> AssetsAsync(string data) =>
        ReadAsync(
            data,
            "SELECT id, format, width, height, bytes, sha256 FROM assets WHERE removed_at IS NULL",
            row => new AssetRow(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetInt32(3), row.GetInt64(4), row.GetString(5)));

    private static async Task<List<T>> ReadAsync<T>(string data, string sql, Func<SqliteDataReader, T> read)
    {
        var found = new List<T>();
        await using var connection = await OpenAsync(data);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are the constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            found.Add(read(reader));
        }

        return found;
    }

    private static async Task<SqliteConnection> OpenAsync(string data)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "pictor.db"), Pooling = false }.ToString());
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>One job.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="State">Where it stands.</param>
    /// <param name="Model">Its public model.</param>
    /// <param name="Request">The request as JSON.</param>
    /// <param name="Cost">What its key was charged, in micro-units.</param>
    /// <param name="Pictures">What it was charged for.</param>
    /// <param name="Wanted">How many pictures were asked for.</param>
    /// <param name="HasEnded">Whether anything can still become of it.</param>
    public sealed record JobRow(string Id, string State, string Model, string Request, long Cost, int Pictures, int Wanted, bool HasEnded);

    private sealed record AssetRow(string Id, string Format, int Width, int Height, long Bytes, string Sha256);
}
