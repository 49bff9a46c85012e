using Pictor.Storage;

namespace Pictor.Webhooks;

/// <summary>The rows of deliveries and their tries.</summary>
internal sealed class DeliveryStore(Database database, IDialect dialect, Replica replica, RowIds ids, DeliveryClock clock)
{
    private const string Columns = "id, job_id, key_id, event, url, receiver, secret, owner, state, step, tries, created_at, next_at, ended_at";

    /// <summary>Adds what is to be told of a job's end, in the transaction of that end: to the job's own webhook and to the key's standing one.</summary>
    /// <returns>How many those are.</returns>
    public async Task<int> AddAsync(Session session, string jobId, string keyId, string @event, Webhook? own)
    {
        var count = 0;
        var standing = await session.FirstOrDefaultAsync<Standing>("SELECT webhook_url, webhook_secret FROM api_keys WHERE id = @keyId AND webhook_url IS NOT NULL AND deleted_at IS NULL", new { keyId });
        if (own is not null)
        {
            await InsertAsync(session, New(jobId, keyId, @event, own, Webhook.JobOwner(jobId)));
            count++;
        }

        if (standing is not null && standing.WebhookUrl != own?.Url)
        {
            await InsertAsync(session, New(jobId, keyId, @event, new Webhook(standing.WebhookUrl, standing.WebhookSecret), Sealed.KeyWebhook(keyId)));
            count++;
        }

        return count;
    }

    /// <summary>Deliveries whose time has come, longest due first; those of full receivers and keys are left for later.</summary>
    public Task<IReadOnlyList<Delivery>> DueAsync(DueQuestion question, CancellationToken cancellationToken)
    {
        const string Due = "next_at IS NOT NULL AND next_at <= @now AND id NOT IN @Running AND receiver NOT IN @FullReceivers AND key_id NOT IN @FullKeys";
        var arguments = new { now = Now, replica.Id, question.Running, question.FullReceivers, question.FullKeys, question.Limit };
        return dialect.IsShared
            ? database.WriteAsync(
                session => session.QueryAsync<Delivery>(
                    $"""
                     UPDATE deliveries SET replica = @Id
                     WHERE id IN (SELECT id FROM deliveries WHERE {Due} AND replica IS NULL ORDER BY next_at LIMIT @Limit {dialect.SkipLocked})
                     RETURNING {Columns}
                     """,
                    arguments),
                cancellationToken)
            : database.ReadAsync(session => session.QueryAsync<Delivery>($"SELECT {Columns} FROM deliveries WHERE {Due} ORDER BY next_at LIMIT @Limit", arguments), cancellationToken);
    }

    /// <summary>With replicas: others may make the tries that this one does not.</summary>
    /// <param name="ids">With null, all that this process has.</param>
    /// <param name="cancellationToken">Only while it waits for its turn.</param>
    public Task LetGoAsync(IReadOnlyCollection<string>? ids, CancellationToken cancellationToken) =>
        dialect.IsShared
            ? database.WriteAsync(
                session => session.ExecuteAsync($"UPDATE deliveries SET replica = NULL WHERE replica = @Id{(ids is null ? "" : " AND id IN @ids")}", new { replica.Id, ids = ids?.ToArray() ?? [] }),
                cancellationToken)
            : Task.CompletedTask;

    /// <summary>With replicas: what one that is gone had is due again, and so is what this one has and does not make: an outage kept it from being let go of.</summary>
    public async Task ReapAsync(string[] running, CancellationToken cancellationToken)
    {
        if (dialect.IsShared)
        {
            await database.WriteAsync(
                session => session.ExecuteAsync("UPDATE deliveries SET replica = NULL WHERE next_at IS NOT NULL AND replica = @Id AND id NOT IN @running", new { replica.Id, running }),
                cancellationToken);
        }

        if (replica.MayTakeOver)
        {
            await database.WriteAsync(
                session => session.ExecuteAsync(
                    $"""
                     UPDATE deliveries SET replica = NULL
                     WHERE next_at IS NOT NULL AND replica IS NOT NULL AND replica <> @Id
                         AND NOT EXISTS (SELECT 1 FROM replicas r WHERE r.id = deliveries.replica AND r.lease_until >= {replica.LeasesUntil})
                     """,
                    new { replica.Id, known = replica.Known }),
                cancellationToken);
        }
    }

    /// <summary>
    /// Writes a try and what follows from it, once however often it is asked to. A delivery that was disabled or is to be sent again
    /// meanwhile stays so, unless it arrived; one that another replica has by now is that one's.
    /// </summary>
    /// <param name="delivery">As it is to be.</param>
    /// <param name="dueAt">When it was due as the try began: whoever resends it makes it due anew.</param>
    /// <param name="made">The try.</param>
    /// <param name="cancellationToken">Only while it waits for its turn.</param>
    public Task TriedAsync(Delivery delivery, long? dueAt, DeliveryTry made, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async session =>
            {
                const string Counts = "(@State = 'delivered' OR (state = 'pending' AND next_at = @dueAt))";
                var isOwn = dialect.IsShared ? $" AND replica = '{replica.Id}'" : "";
                if (await session.ExecuteAsync(
                    $"""
                    UPDATE deliveries SET tries = @Tries, replica = NULL,
                        step = CASE WHEN {Counts} THEN @Step ELSE step END,
                        next_at = CASE WHEN {Counts} THEN @NextAt ELSE next_at END,
                        ended_at = CASE WHEN {Counts} THEN @EndedAt ELSE ended_at END,
                        state = CASE WHEN {Counts} THEN @State ELSE state END
                    WHERE id = @Id AND tries < @Tries{isOwn}
                    """,
                    new { delivery.Id, delivery.Tries, delivery.Step, delivery.NextAt, delivery.EndedAt, delivery.State, dueAt }) == 1)
                {
                    await session.ExecuteAsync(
                        "INSERT INTO delivery_tries (delivery_id, number, started_at, milliseconds, status, error, body) VALUES (@DeliveryId, @Number, @StartedAt, @Milliseconds, @Status, @Error, @Body)",
                        made);
                }
            },
            cancellationToken);

    /// <summary>Starts a delivery anew, whatever became of it: at once, and on the schedule from its beginning.</summary>
    public async Task<Delivery?> ResendAsync(string id, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            session => session.ExecuteAsync("UPDATE deliveries SET state = 'pending', step = 0, next_at = @now, ended_at = NULL WHERE id = @id", new { id, now = Now }),
            cancellationToken);
        return await FindAsync(id, cancellationToken);
    }

    /// <summary>Tries a delivery no more; one that has ended stays as it is.</summary>
    public async Task<Delivery?> DisableAsync(string id, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            session => session.ExecuteAsync("UPDATE deliveries SET state = 'disabled', next_at = NULL, ended_at = @now WHERE id = @id AND state = 'pending'", new { id, now = Now }),
            cancellationToken);
        return await FindAsync(id, cancellationToken);
    }

    /// <summary>The clock was set: what waits keeps waiting as long as it was to wait.</summary>
    public Task ShiftAsync(TimeSpan by, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync("UPDATE deliveries SET next_at = next_at + @by WHERE next_at IS NOT NULL", new { by = (long)by.TotalMilliseconds }), cancellationToken);

    /// <summary>At start: a time beyond every pause was written by a clock that stood wrong; what has it is due now.</summary>
    public Task BringBackAsync(CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => session.ExecuteAsync("UPDATE deliveries SET next_at = @now WHERE next_at > @never", new { now = Now, never = Now + (long)DeliverySchedule.Longest.TotalMilliseconds + 60_000 }),
            cancellationToken);

    public Task<Delivery?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstOrDefaultAsync<Delivery>($"SELECT {Columns} FROM deliveries WHERE id = @id", new { id }), cancellationToken);

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<Delivery>> ListAsync(DeliveryFilter filter, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.QueryAsync<Delivery>(
                $"""
                 SELECT {Columns} FROM deliveries
                 WHERE (@After IS NULL OR id < @After)
                     {(filter.JobId is null ? "" : "AND job_id = @JobId")}
                     {(filter.KeyId is null ? "" : "AND key_id = @KeyId")}
                     {(filter.State is null ? "" : "AND state = @State")}
                 ORDER BY id DESC LIMIT @Limit
                 """,
                filter),
            cancellationToken);

    /// <summary>The tries of deliveries, in order.</summary>
    public Task<IReadOnlyList<DeliveryTry>> TriesAsync(IReadOnlyList<string> deliveryIds, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.QueryAsync<DeliveryTry>(
                "SELECT delivery_id, number, started_at, milliseconds, status, error, body FROM delivery_tries WHERE delivery_id IN @deliveryIds ORDER BY delivery_id, number",
                new { deliveryIds = deliveryIds.ToArray() }),
            cancellationToken);

    private long Now => clock.Now.ToUnixTimeMilliseconds();

    private static Task InsertAsync(Session session, Delivery delivery) =>
        session.ExecuteAsync(
            $"INSERT INTO deliveries ({Columns}) VALUES (@Id, @JobId, @KeyId, @Event, @Url, @Receiver, @Secret, @Owner, @State, @Step, @Tries, @CreatedAt, @NextAt, @EndedAt)",
            delivery);

    private Delivery New(string jobId, string keyId, string @event, Webhook webhook, string owner) => new()
    {
        Id = ids.Ordered("msg"),
        JobId = jobId,
        KeyId = keyId,
        Event = @event,
        Url = webhook.Url,
        Receiver = $"{keyId} {new Uri(webhook.Url).GetLeftPart(UriPartial.Authority)}",
        Secret = webhook.SealedSecret,
        Owner = owner,
        CreatedAt = Now,
        NextAt = Now,
    };

    private sealed record Standing
    {
        public string WebhookUrl { get; init; } = "";

        public string? WebhookSecret { get; init; }
    }
}

/// <summary>What is looked for: due, not on its way already, and with a place left.</summary>
internal sealed record DueQuestion(string[] Running, string[] FullReceivers, string[] FullKeys, int Limit);

/// <summary>Which deliveries are listed.</summary>
internal sealed record DeliveryFilter
{
    public required int Limit { get; init; }

    public string? After { get; init; }

    public string? JobId { get; init; }

    public string? KeyId { get; init; }

    public string? State { get; init; }
}
