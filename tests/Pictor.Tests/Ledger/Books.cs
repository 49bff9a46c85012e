using Microsoft.Data.Sqlite;
using Pictor.Ledger;
using Pictor.Storage;

namespace Pictor.Tests.Ledger;

/// <summary>Looks into the books of a gateway, and falsifies them where a test wants that.</summary>
internal static class Books
{
    public static Task<LedgerReport> VerifyAsync(TestGateway gateway) =>
        gateway.Services.GetRequiredService<Database>().ReadAsync(
            session => LedgerVerifier.VerifyAsync(session, TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);

    public static async Task ShouldBalanceAsync(this TestGateway gateway)
    {
        var report = await VerifyAsync(gateway);
        report.Faults.ShouldBeEmpty();
        report.Accounts.Values.Sum().ShouldBe(0);
    }

    public static async Task FalsifyAsync(string folder, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "pictor.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        (await command.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0);
    }
}
