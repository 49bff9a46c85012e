using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Pictor.Errors;
using Pictor.Storage;

namespace Pictor.Tests.Storage;

public sealed class PostgreSqlDialectTests : IAsyncLifetime
{
    private readonly string _name = "d_" + Guid.NewGuid().ToString("N")[..12];
    private PostgreSqlServer _server = null!;
    private TcpProxy _network = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgreSqlServer.SharedAsync();
        await _server.DatabaseAsync(_name);
        _network = new TcpProxy(_server.Port);
        await _server.ExecuteAsync(_name, "CREATE TABLE t (id BIGINT PRIMARY KEY, value TEXT NOT NULL); CREATE TABLE commits (mark TEXT PRIMARY KEY, kept BIGINT NOT NULL, at BIGINT NOT NULL)");
    }

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    [Fact]
    public async Task A_server_on_this_machine_is_reached_over_its_unix_socket()
    {
        await using var store = new Store(new PostgreSqlDialect(Options.Create(new StorageOptions { PostgreSql = _server.Connection(_name, host: _server.Folder) })));
        await store.InsertAsync(1, "x");
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task One_bad_statement_fails_one_caller()
    {
        await using var store = Open();
        var writes = Enumerable.Range(1, 100).Select(id => store.InsertAsync(id, id == 50 ? null : "x")).ToList();
        await Should.ThrowAsync<PostgresException>(() => Task.WhenAll(writes));
        writes.Count(write => write.IsFaulted).ShouldBe(1);
        (await CountAsync()).ShouldBe(99);
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_not_a_failure_and_is_not_made_twice()
    {
        await using var store = Open();
        await store.InsertAsync(1, "x");
        for (var id = 2; id < 10; id++)
        {
            // The server gets the COMMIT; the gateway never hears what came of it.
            _network.LastWords = Encoding.ASCII.GetBytes("COMMIT");
            await store.InsertAsync(id, "x");
            (await CountAsync()).ShouldBe(id);
        }
    }

    [Fact]
    public async Task Behind_a_commit_of_unknown_outcome_newcomers_are_refused_and_the_group_is_told_when_it_is_known()
    {
        await using var store = Open();
        await store.InsertAsync(1, "x");
        (_network.IsClosed, _network.LastWords) = (true, Encoding.ASCII.GetBytes("COMMIT"));
        var doubtful = store.InsertAsync(2, "x");
        await Eventually.TrueAsync(() => Task.FromResult(_network.LastWords is null));
        (await Should.ThrowAsync<GatewayException>(() => store.InsertAsync(3, "x").WaitAsync(Eventually.Patience))).Error.Kind.ShouldBe(ErrorKind.StorageUnavailable);
        doubtful.IsCompleted.ShouldBeFalse();
        _network.IsClosed = false;
        await doubtful;
        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task A_commit_that_a_read_only_server_refuses_is_no_commit_of_unknown_outcome()
    {
        await using var store = Open();
        await _server.ExecuteAsync("postgres", $"ALTER DATABASE {_name} SET default_transaction_read_only = on");
        (await Should.ThrowAsync<GatewayException>(() => store.CountAndWriteNothingAsync().WaitAsync(Eventually.Patience))).Error.Kind.ShouldBe(ErrorKind.StorageUnavailable);
    }

    [Fact]
    public async Task A_connection_that_is_lost_before_the_commit_leaves_nothing_and_the_group_is_made_again()
    {
        await using var store = Open();
        await store.InsertAsync(1, "x");
        _network.LastWords = Encoding.ASCII.GetBytes("INSERT INTO t");
        await store.InsertAsync(2, "x");
        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_server_writes_and_reads_say_so_and_work_again_later()
    {
        await using var store = Open();
        await store.InsertAsync(1, "x");
        _network.Cut();
        (await Should.ThrowAsync<GatewayException>(() => store.InsertAsync(2, "x"))).Error.Kind.ShouldBe(ErrorKind.StorageUnavailable);
        (await Should.ThrowAsync<GatewayException>(store.CountAsync)).Error.RetryAfter.ShouldNotBeNull();
        _network.Mend();
        await store.InsertAsync(3, "x");
        (await store.CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task A_full_pool_is_not_taken_for_a_server_that_is_gone()
    {
        await using var store = Open(";Maximum Pool Size=1;Timeout=1");
        var pid = await store.PidAsync(async () => (await Should.ThrowAsync<GatewayException>(() => store.PidAsync())).Error.Kind.ShouldBe(ErrorKind.StorageUnavailable));
        (await store.PidAsync()).ShouldBe(pid);
    }

    [Fact]
    public async Task Two_processes_that_hold_the_same_names_in_other_orders_do_not_wait_in_a_circle()
    {
        await _server.ExecuteAsync(_name, "INSERT INTO t VALUES (1, '0'), (2, '0')");
        await using var one = Open();
        await using var other = Open();
        await Task.WhenAll(Enumerable.Range(0, 200).SelectMany(i => new[] { one.AddAsync(1 + (i % 2)), other.AddAsync(2 - (i % 2)) }));
        (await _server.ExecuteAsync(_name, "SELECT string_agg(value, ',' ORDER BY id) FROM t")).ShouldBe("200,200");
        (await _server.ExecuteAsync(_name, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")).ShouldBe(0L);
    }

    [Fact]
    public void A_connection_string_that_contradicts_itself_is_a_mistake_in_the_settings() =>
        Should.Throw<InvalidOperationException>(() => Dialect(";Minimum Pool Size=40")).Message.ShouldContain("contradicts itself");

    [Fact]
    public async Task Connections_are_not_shared_whatever_the_connection_string_wants()
    {
        await using var store = Open(";Multiplexing=true");
        await store.InsertAsync(1, "x");
        (await store.CountAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("repeatable read")]
    [InlineData("serializable")]
    public async Task What_is_read_behind_a_lock_is_what_was_committed_before_whatever_the_database_is_set_to(string isolation)
    {
        await _server.ExecuteAsync("postgres", $"ALTER DATABASE {_name} SET default_transaction_isolation = '{isolation}'");
        await using var one = Open();
        await using var other = Open();
        var added = await Task.WhenAll(Enumerable.Range(0, 100).SelectMany(_ => new[] { one.AddUpToAsync(50), other.AddUpToAsync(50) }));
        added.Sum().ShouldBe(50);
        (await CountAsync()).ShouldBe(50);
    }

    [Fact]
    public async Task Each_open_writer_has_a_chain_that_nobody_else_has_and_gives_it_back()
    {
        await using var dialect = Dialect();
        await using var first = await dialect.OpenWriterAsync(CancellationToken.None);
        await using (var second = await dialect.OpenWriterAsync(CancellationToken.None))
        {
            second.Chain.ShouldNotBe(first.Chain);
        }

        await Eventually.TrueAsync(async () =>
        {
            await using var third = await dialect.OpenWriterAsync(CancellationToken.None);
            return third.Chain == "w2";
        });
    }

    [Fact]
    public async Task Follows_the_clock_of_the_database_and_not_that_of_a_machine_that_is_a_minute_off()
    {
        var off = new ShiftedClock(TimeSpan.FromSeconds(-90));
        var folder = Directory.CreateTempSubdirectory("pictor-clock-").FullName;
        var settings = new[] { $"Pictor:Storage:PostgreSql={_server.Connection(_name)}", $"Pictor:Storage:SharedFolder={Path.Combine(folder, "shared")}", "PICTOR_MASTER_KEY=" + new string('a', 64) };
        await _server.ExecuteAsync(_name, "DROP TABLE t, commits");
        await using (var right = await TestGateway.StartAsync(folder: Path.Combine(folder, "right"), settings: settings))
        await using (var wrong = await TestGateway.StartAsync(builder => builder.Services.AddSingleton(new DatabaseTime(off)), Path.Combine(folder, "wrong"), settings))
        {
            // A link that lives for a minute, made by one and judged by the other.
            using var answer = await wrong.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", url_expires_in = 60 });
            var job = await answer.JsonAsync();
            answer.IsSuccessStatusCode.ShouldBeTrue(job.ToString());
            var link = new Uri(job.GetProperty("data")[0].Text("url"));
            (await right.Client.GetAsync(link.PathAndQuery)).IsSuccessStatusCode.ShouldBeTrue();
            var created = DateTimeOffset.FromUnixTimeSeconds(job.GetProperty("created").GetInt64());
            (DateTimeOffset.UtcNow - created).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(30));
        }

        Directory.Delete(folder, recursive: true);
    }

    private PostgreSqlDialect Dialect(string more = "") => new(Options.Create(new StorageOptions { PostgreSql = _server.Connection(_name, _network.Port) + more }));

    private Store Open(string more = "") => new(Dialect(more));

    private async Task<long> CountAsync() => (long)(await _server.ExecuteAsync(_name, "SELECT COUNT(*) FROM t"))!;

    private sealed class Store : IAsyncDisposable
    {
        private readonly PostgreSqlDialect _dialect;
        private readonly GroupCommit _writes;
        private readonly Database _database;

        public Store(PostgreSqlDialect dialect)
        {
            _dialect = dialect;
            _writes = new GroupCommit(dialect, Options.Create(new StorageOptions()), NullLogger<GroupCommit>.Instance);
            _database = new Database(dialect, _writes);
        }

        public Task InsertAsync(long id, string? value) =>
            _database.WriteAsync(session => session.ExecuteAsync("INSERT INTO t VALUES (@id, @value)", new { id, value }), CancellationToken.None);

        public Task<long> CountAndWriteNothingAsync() =>
            _database.WriteAsync(session => session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM t"), CancellationToken.None);

        public Task AddAsync(long id) =>
            _database.WriteAsync($"row:{id}", session => session.ExecuteAsync("UPDATE t SET value = (value::bigint + 1)::text WHERE id = @id", new { id }), CancellationToken.None);

        /// <summary>One row more, where there are not as many yet; gives back how many were added.</summary>
        public Task<int> AddUpToAsync(int most) =>
            _database.WriteAsync(
                "all",
                async session => await session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM t") < most
                    ? await session.ExecuteAsync("INSERT INTO t SELECT COUNT(*), 'x' FROM t")
                    : 0,
                CancellationToken.None);

        public Task<long> CountAsync() => _database.ReadAsync(session => session.FirstOrDefaultAsync<long>("SELECT COUNT(*) FROM t"), CancellationToken.None);

        /// <summary>Which of the server's processes answers; something may happen while its connection is in use.</summary>
        public Task<int> PidAsync(Func<Task>? meanwhile = null) =>
            _database.ReadAsync(
                async session =>
                {
                    await (meanwhile?.Invoke() ?? Task.CompletedTask);
                    return await session.FirstOrDefaultAsync<int>("SELECT pg_backend_pid()");
                },
                CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            await _writes.DisposeAsync();
            await _dialect.DisposeAsync();
        }
    }

    private sealed class ShiftedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
