using System.Data.Common;
using Microsoft.Extensions.Options;
using Npgsql;
using Pictor.Settings;

namespace Pictor.Storage;

/// <summary>Where everything is kept, and how writes are grouped. Section <c>Pictor:Storage</c>, but for <see cref="Data"/>, which is <c>Pictor:Data</c>.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Pictor:Storage";

    /// <summary>The data folder; relative to the working folder.</summary>
    public string Data { get; set; } = "data";

    /// <summary>The connection string of a PostgreSQL database, or <c>file:/run/secrets/name</c>; without it everything is in SQLite in the data folder.</summary>
    public string? PostgreSql { get; set; }

    /// <summary>With PostgreSQL: a folder that all replicas see, for pictures and for what comes in with a job; without it they stay in the data folder of the replica that has them.</summary>
    public string? SharedFolder { get; set; }

    /// <summary>With PostgreSQL: connections that write at once, for each replica.</summary>
    public int Writers { get; set; } = 2;

    /// <summary>With PostgreSQL: how long the jobs of a replica that says nothing stay its own.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How many writes one commit may carry.</summary>
    public int LargestGroup { get; set; } = 256;

    /// <summary>Free bytes below which no new work is accepted, on the disk of the data folder and on that of the shared one.</summary>
    public long DiskReserve { get; set; } = 256L * 1024 * 1024;

    /// <summary>The connection string itself.</summary>
    public string PostgreSqlConnection() => SecretText.Read(PostgreSql!);
}

/// <summary>Finds mistakes in <see cref="StorageOptions"/> at start.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var mistakes = new List<string>();
        if (options.PostgreSql is not null && !IsConnection(options))
        {
            mistakes.Add("Pictor:Storage:PostgreSql must be a connection string with a Host, or file:/path of one.");
        }

        Check(options.Writers is >= 1 and <= 32, "Writers", "1 to 32");
        Check(options.DiskReserve >= 0, "DiskReserve", "0 or more");
        Check(options.LargestGroup is >= 1 and <= 10_000, "LargestGroup", "1 to 10000");
        Check(options.Lease >= TimeSpan.FromSeconds(1) && options.Lease <= TimeSpan.FromMinutes(10), "Lease", "1 second to 10 minutes");
        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);

        void Check(bool holds, string setting, string range)
        {
            if (!holds)
            {
                mistakes.Add($"Pictor:Storage:{setting} must be {range}.");
            }
        }
    }

    /// <summary>True when the connection string can be read and names a server.</summary>
    public static bool IsConnection(StorageOptions options)
    {
        try
        {
            return !string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(options.PostgreSqlConnection()).Host);
        }
        catch (Exception fault) when (fault is ArgumentException or IOException or UnauthorizedAccessException or DbException or FormatException)
        {
            return false;
        }
    }
}
