using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Options;
using Pictor.Assets;
using Pictor.Imaging;
using Pictor.Routing;
using Pictor.Settings;
using Pictor.Storage;
using Pictor.Upstream;

namespace Pictor.Verbs;

/// <summary>The checks of the doctor, in the order in which a start would fail. They take nothing that a running gateway holds.</summary>
internal sealed class DoctorChecks
{
    private const int ProbeBytes = 1024 * 1024;
    private const long Megabyte = 1024 * 1024;
    private static readonly string[] Written = [SqliteDialect.FileName, SqliteDialect.FileName + "-wal", "lock"];
    private readonly IServiceProvider _services;
    private readonly IConfiguration _configuration;
    private readonly StorageOptions _storage;
    private readonly string _folder;

    // The data folder, and the one that replicas share.
    private readonly IReadOnlyList<string> _folders;

    public DoctorChecks(IServiceProvider services)
    {
        _services = services;
        _configuration = services.GetRequiredService<IConfiguration>();
        _storage = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        _folder = Path.GetFullPath(_storage.Data);
        _folders = string.IsNullOrEmpty(_storage.SharedFolder) ? [_folder] : [_folder, Path.GetFullPath(_storage.SharedFolder)];
        All =
        [
            ("settings", _ => Task.FromResult(Settings())),
            ("native library", _ => Task.FromResult(NativeLibrary())),
            ("data folder", _ => Task.FromResult(DataFolder())),
            ("disk", _ => Task.FromResult(Disk())),
            ("fsync", cancel => Task.Run(Fsync, cancel)),
            ("clock", _ => Task.FromResult(Clock())),
            ("master key", MasterKeyAsync),
            ("ledger", LedgerAsync),
            ("names", NamesAsync),
            ("picture store", PictureStoreAsync),
        ];
    }

    public IReadOnlyList<(string Name, Func<CancellationToken, Task<Finding>> Check)> All { get; }

    private bool IsPostgreSql => !string.IsNullOrEmpty(_storage.PostgreSql);

    private bool HasDatabase => IsPostgreSql || File.Exists(Path.Combine(_folder, SqliteDialect.FileName));

    private Finding Settings()
    {
        _services.GetService<IStartupValidator>()?.Validate();
        return Finding.Fine("no mistakes");
    }

    private static Finding NativeLibrary()
    {
        NativeVips.FontFolder ??= Path.Combine(AppContext.BaseDirectory, "fonts");
        return Finding.Fine($"libvips {NativeVips.Version}");
    }

    private Finding DataFolder()
    {
        if (_folders.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
        {
            return Finding.Doubtful($"{missing} is not there; the first start makes it");
        }

        foreach (var folder in _folders)
        {
            var probe = Path.Combine(folder, $"doctor-{Path.GetRandomFileName()}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }

        return Finding.Fine($"{string.Join(" and ", _folders)} can be written");
    }

    private Finding Disk()
    {
        var free = _folders.Min(folder => new DriveInfo(Existing(folder)).AvailableFreeSpace);
        var text = $"{free / Megabyte} MB free, reserve {_storage.DiskReserve / Megabyte} MB";
        return free <= _storage.DiskReserve ? Finding.Broken(text + ": new work is refused") : free < 4 * _storage.DiskReserve ? Finding.Doubtful(text) : Finding.Fine(text);
    }

    // The framework's own flush hides failures; this is the sync that every picture and secret goes through.
    private Finding Fsync()
    {
        var slowest = _folders.Select(Existing).Distinct(StringComparer.Ordinal).Max(TimeOfSync);
        var text = string.Create(CultureInfo.InvariantCulture, $"1 MB reached the disk in {slowest.TotalMilliseconds:0.0} ms");
        return slowest > TimeSpan.FromMilliseconds(250) ? Finding.Doubtful(text + ": slow") : Finding.Fine(text);
    }

    private static TimeSpan TimeOfSync(string folder)
    {
        var probe = Path.Combine(folder, $"doctor-{Path.GetRandomFileName()}");
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            File.WriteAllBytes(probe + ".part", new byte[ProbeBytes]);
            DurableFile.Commit(probe + ".part", probe);
            return TimeProvider.System.GetElapsedTime(started);
        }
        finally
        {
            File.Delete(probe + ".part");
            File.Delete(probe);
        }
    }

    private Finding Clock()
    {
        var now = TimeProvider.System.GetUtcNow();
        var written = Written.Select(name => Path.Combine(_folder, name)).Where(File.Exists).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty().Max();
        var text = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return written > now.UtcDateTime.AddMinutes(2) ? Finding.Broken($"{text}, but the data folder was written later, at {written:yyyy-MM-dd'T'HH:mm:ss'Z'}")
            : KernelClock.IsSynchronised() is false ? Finding.Doubtful(text + "; the kernel says that nobody keeps it right")
            : Finding.Fine(text);
    }

    private async Task<Finding> MasterKeyAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, "master.key");
        var given = SecretText.Given(_configuration, "PICTOR_MASTER_KEY");
        if (string.IsNullOrEmpty(given) && !File.Exists(path))
        {
            return await CanaryAsync(cancellationToken) is null ? Finding.Doubtful("none yet; the first start makes it") : Finding.Broken("there is a database and no master key");
        }

        var secrets = new Sealed(new MasterKey(string.IsNullOrEmpty(given) ? (await File.ReadAllTextAsync(path, cancellationToken)).Trim() : given));
        var where = string.IsNullOrEmpty(given) ? path : "PICTOR_MASTER_KEY";
        if (!string.IsNullOrEmpty(given) || OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) == UnixFileMode.None)
        {
            return await CompareAsync(secrets, where, cancellationToken);
        }

        return Finding.Broken($"{path} can be read by others: chmod 600");
    }

    private async Task<Finding> CompareAsync(Sealed secrets, string where, CancellationToken cancellationToken)
    {
        if (await CanaryAsync(cancellationToken) is not { } canary)
        {
            return Finding.Fine($"{where}; there is no database yet to compare it with");
        }

        secrets.Open(canary, "canary");
        return Finding.Fine($"{where} opens the database's secrets");
    }

    // What the database was written under this master key as; null before the first start.
    private async Task<string?> CanaryAsync(CancellationToken cancellationToken) =>
        HasDatabase ? (await ReadAsync("SELECT sealed FROM canary", cancellationToken)).FirstOrDefault() : null;

    private async Task<Finding> LedgerAsync(CancellationToken cancellationToken)
    {
        if (!HasDatabase)
        {
            return Finding.Doubtful("no database yet");
        }

        using var told = new StringWriter();
        var code = await LedgerVerb.RunAsync(IsPostgreSql ? ["verify", "--postgresql", _storage.PostgreSql!] : ["verify", "--data", _folder], told, cancellationToken);
        var last = told.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        return code == 0 ? Finding.Fine(last) : Finding.Broken(last);
    }

    private async Task<Finding> NamesAsync(CancellationToken cancellationToken)
    {
        var addresses = _services.GetRequiredService<IOptions<RoutingOptions>>().Value.Channels.Values.Select(channel => channel.BaseUrl)
            .Append(_configuration[S3Options.Section + ":Endpoint"])
            .Append(CollectorExport.AddressOf(_configuration));
        if (HasDatabase)
        {
            addresses = addresses.Concat(await ReadAsync("SELECT base_url FROM channels WHERE base_url IS NOT NULL", cancellationToken));
        }

        var hosts = addresses.Select(address => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.IdnHost : null).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var unknown = new List<string>();
        foreach (var host in hosts)
        {
            if (!await NameLookup.ResolvesAsync(host, cancellationToken))
            {
                unknown.Add(host);
            }
        }

        return unknown.Count > 0 ? Finding.Broken($"no address for {string.Join(", ", unknown)}")
            : hosts.Count == 0 ? Finding.Fine("nothing to look up")
            : Finding.Fine($"{hosts.Count} resolve");
    }

    private async Task<Finding> PictureStoreAsync(CancellationToken cancellationToken)
    {
        if (_services.GetService<S3Client>() is not { } client)
        {
            return Finding.Fine("files in the data folder");
        }

        // Nobody's picture: a store that can be asked and takes the key says that it is not there. Asked with GET, which also tells of a bucket that is missing.
        (await client.GetAsync(new AssetName("img_00doctor", Images.OutputFormat.Png), from: 0, cancellationToken))?.Dispose();
        return Finding.Fine("the S3 store answers and takes the key");
    }

    private async Task<List<string>> ReadAsync(string sql, CancellationToken cancellationToken)
    {
        await using var server = IsPostgreSql ? PostgreSqlDialect.Patient(_storage.PostgreSql!) : null;
        await using var connection = server is null ? await SqliteDialect.OpenOfflineAsync(_folder, cancellationToken) : await server.OpenReaderAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        var rows = new List<string>();
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(reader.GetString(0));
            }
        }
        catch (DbException fault) when (fault.SqlState == "42P01" || fault.Message.Contains("no such table", StringComparison.Ordinal))
        {
            // An older database; the next start brings its tables up to date.
        }

        return rows;
    }

    private static string Existing(string folder)
    {
        while (!Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
