using Pictor.Providers;
using Pictor.Storage;

namespace Pictor.Routing;

/// <summary>The rows of channels that were made through the admin API.</summary>
internal sealed class ChannelStore(Database database, SettingsVersions versions, Sealed secrets)
{
    public Task<IReadOnlyList<ChannelRow>> AllAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.QueryAsync<ChannelRow>($"SELECT {ChannelRow.Columns} FROM channels ORDER BY id"), cancellationToken);

    /// <summary>Makes the row, or writes all of it again.</summary>
    /// <param name="row">The channel; its credential is sealed already.</param>
    /// <param name="cancellationToken">Only while it waits for its turn.</param>
    public Task SaveAsync(ChannelRow row, CancellationToken cancellationToken) =>
        ChangeAsync(
            session => session.ExecuteAsync(
                $"""
                 INSERT INTO channels ({ChannelRow.Columns})
                 VALUES (@Id, @Provider, @BaseUrl, @Credential, @Models, @Options, @Priority, @Weight, @Concurrent, @Enabled, @ChangedAt)
                 ON CONFLICT (id) DO UPDATE SET provider = excluded.provider, base_url = excluded.base_url, credential = excluded.credential,
                     models = excluded.models, options = excluded.options, priority = excluded.priority, weight = excluded.weight,
                     concurrent = excluded.concurrent, enabled = excluded.enabled, changed_at = excluded.changed_at
                 """,
                row),
            cancellationToken);

    /// <returns>False when there was none.</returns>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        await ChangeAsync(session => session.ExecuteAsync("DELETE FROM channels WHERE id = @id", new { id }), cancellationToken) == 1;

    public string Seal(string id, string credential) => secrets.Seal(credential, Owner(id));

    /// <summary>The part of a row that its provider may see, with the credential opened.</summary>
    /// <exception cref="InvalidOperationException">The credential does not open under the master key.</exception>
    public ChannelSettings SettingsOf(ChannelRow row) =>
        row.ToOptions().Settings(row.Id) with { Credential = row.Credential is { } box ? new Credential(secrets.Open(box, Owner(row.Id))) : null };

    private async Task<int> ChangeAsync(Func<Session, Task<int>> change, CancellationToken cancellationToken)
    {
        var changed = await database.WriteAsync(
            SettingsVersions.LockOf(SettingsVersions.Channels),
            async session =>
            {
                await versions.ChangedAsync(session, SettingsVersions.Channels);
                return await change(session);
            },
            cancellationToken);
        versions.Tell(SettingsVersions.Channels);
        return changed;
    }

    private static string Owner(string id) => "channel:" + id;
}
