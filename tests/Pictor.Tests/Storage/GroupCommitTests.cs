using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Storage;

namespace Pictor.Tests.Storage;

public sealed class GroupCommitTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pictor-commit-").FullName;
    private DataFolder _data = null!;
    private GroupCommit _writes = null!;
    private Database _database = null!;

    public async ValueTask InitializeAsync()
    {
        var options = Options.Create(new StorageOptions { Data = _folder });
        _data = new DataFolder(options);
        var dialect = new SqliteDialect(_data.Root);
        _writes = new GroupCommit(dialect, options, NullLogger<GroupCommit>.Instance);
        _database = new Database(dialect, _writes);
        await _database.WriteAsync(session => session.ExecuteAsync("CREATE TABLE t (id INTEGER PRIMARY KEY, value TEXT NOT NULL)"), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _writes.DisposeAsync();
        _data.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Writes_of_many_callers_are_all_there()
    {
        await Task.WhenAll(Enumerable.Range(1, 500).Select(id => InsertAsync(id, "x")));
        (await CountAsync()).ShouldBe(500);
    }

    [Fact]
    public async Task One_bad_statement_fails_one_caller()
    {
        var writes = Enumerable.Range(1, 100).Select(id => InsertAsync(id, id == 50 ? null : "x")).ToList();
        await Should.ThrowAsync<Exception>(() => Task.WhenAll(writes));
        writes.Count(write => write.IsFaulted).ShouldBe(1);
        writes[49].IsFaulted.ShouldBeTrue();
        (await CountAsync()).ShouldBe(99);
    }

    [Fact]
    public async Task A_caller_that_fails_half_way_leaves_nothing()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => _database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("INSERT INTO t VALUES (1, 'half')");
                throw new InvalidOperationException("the second half");
            },
            CancellationToken.None));
        (await CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_was_answered_survives_without_a_clean_end()
    {
        await InsertAsync(1, "kept");

        // Another connection sees only what is committed.
        await using var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder, "pictor.db")};Mode=ReadOnly;Pooling=False");
        await other.OpenAsync();
        await using var command = other.CreateCommand();
        command.CommandText = "SELECT value FROM t WHERE id = 1";
        (await command.ExecuteScalarAsync()).ShouldBe("kept");
        command.CommandText = "PRAGMA journal_mode";
        (await command.ExecuteScalarAsync()).ShouldBe("wal");
    }

    [Fact]
    public async Task Reads_no_past_after_a_reader_that_failed_inside_of_a_transaction()
    {
        await InsertAsync(1, "first");
        await Should.ThrowAsync<InvalidOperationException>(() => _database.ReadAsync<int>(
            async session =>
            {
                await session.ExecuteAsync("BEGIN");
                await session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM t");
                throw new InvalidOperationException("half way");
            },
            CancellationToken.None));
        await InsertAsync(2, "second");

        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Refuses_writes_after_its_end_as_unavailable()
    {
        await _writes.DisposeAsync();
        var fault = await Should.ThrowAsync<GatewayException>(() => InsertAsync(1, "late"));
        fault.Error.Kind.ShouldBe(ErrorKind.StorageUnavailable);
    }

    [Fact]
    public void A_second_process_does_not_get_the_data_folder() =>
        Should.Throw<InvalidOperationException>(() => new DataFolder(Options.Create(new StorageOptions { Data = _folder }))).Message.ShouldContain("in use");

    private Task InsertAsync(int id, string? value) =>
        _database.WriteAsync(session => session.ExecuteAsync("INSERT INTO t VALUES (@id, @value)", new { id, value }), CancellationToken.None);

    private Task<long> CountAsync() =>
        _database.ReadAsync(session => session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM t"), CancellationToken.None);
}
