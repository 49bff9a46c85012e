using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Batch;

/// <summary>What may not be sent again by itself, because it may have been paid.</summary>
internal sealed class InDoubtException(string message) : CliException(message);

/// <summary>
/// Brings one row to its pictures. What an earlier run has paid is collected first: by its links, by its job, by its key.
/// Only then is the row sent.
/// </summary>
internal sealed class RowWork(Session session, BatchPlan plan, Manifest manifest, ImageCalls calls, SharedPause pause)
{
    // Idempotency keys live at least this long; after it only the job's id can tell.
    private static readonly TimeSpan KeyLife = TimeSpan.FromHours(24);
    private readonly PictureSaver _saver = new(session.Client);
    private Task<bool>? _keepsJobs;

    /// <summary>Whether an earlier run has paid the row.</summary>
    public static bool IsPaid(ManifestEntry? prior) => prior is { Status: RowStatus.Accepted or RowStatus.Answered or RowStatus.Done };

    public async Task<ManifestEntry> RunAsync(BatchRow row, string id, ManifestEntry? prior, PictureTarget target, RowBill bill, CancellationToken cancellationToken)
    {
        var now = session.Surroundings.Time.GetUtcNow();
        var entry = prior is null
            ? new ManifestEntry(row.Number, row.Line, id, $"batch-{id}{(plan.Salt.Length == 0 ? "" : "-" + plan.Salt)}", RowStatus.Sent, now)
            : prior with { Row = row.Number, Line = row.Line };
        entry = entry with { Request = Summary(row), Error = null };
        var firstSent = RowVerdict.IsInDoubt(prior) ? prior!.At : now;
        if (prior is not null)
        {
            try
            {
                if (await CollectAsync(entry, prior, target, cancellationToken) is { } collected)
                {
                    return collected;
                }
            }
            catch (ApiException fault) when (fault.MayHaveRun && plan.RetryUnknown)
            {
                // The server would give the same end to the same key again.
                entry = entry with { Key = $"{prior.Key}-{now.ToUnixTimeSeconds()}" };
                firstSent = now;
            }
        }

        // The life of a key counts from the first time that it may have got through.
        entry = entry with { Status = RowStatus.Sent, At = firstSent, Job = null, Links = null };
        await bill.OpenAsync(cancellationToken);
        return await SendAsync(row, entry, target, bill, cancellationToken);
    }

    private async Task<ManifestEntry?> CollectAsync(ManifestEntry entry, ManifestEntry prior, PictureTarget target, CancellationToken cancellationToken)
    {
        var isPaid = prior.Status is RowStatus.Answered or RowStatus.Done;
        if (isPaid && prior.Links is { Count: > 0 } links && await TryLinksAsync(entry, links, target, cancellationToken) is { } fetched)
        {
            return fetched;
        }

        if (prior.Job is { } job && prior.Status is not (RowStatus.Failed or RowStatus.Broken) && await calls.FindJobAsync(job, cancellationToken) is { } found)
        {
            try
            {
                var answer = await calls.FinishAsync(found, tell: null, cancellationToken);
                return await SaveAsync(entry, answer, target, cancellationToken);
            }
            catch (ApiException fault) when (fault.IsEndOfJob && !isPaid && !fault.MayHaveRun)
            {
                // It failed, so it was not charged: a new try.
                return null;
            }
        }

        var mayBePaid = isPaid || prior.Status is RowStatus.Sent or RowStatus.Unknown or RowStatus.Accepted;
        var keyHolds = session.Surroundings.Time.GetUtcNow() - prior.At < KeyLife && await ServerKeepsJobsAsync(cancellationToken);
        return !mayBePaid || keyHolds || plan.RetryUnknown ? null
            : throw new InDoubtException(isPaid
                ? "was paid before, and its pictures are no longer there; --retry-unknown sends and pays it again"
                : "was sent before, and whether it was paid is not known; --retry-unknown sends it again");
    }

    private async Task<ManifestEntry?> TryLinksAsync(ManifestEntry entry, JsonArray links, PictureTarget target, CancellationToken cancellationToken)
    {
        try
        {
            var data = new JsonObject { ["data"] = new JsonArray([.. links.Select(link => (JsonNode)new JsonObject { ["url"] = link!.ToString() })]) };
            using var document = JsonDocument.Parse(JsonText.Line(data));
            return await SaveAsync(entry, new ApiAnswer(200, document.RootElement.Clone(), null, entry.IsReplayed, null), target, cancellationToken);
        }
        catch (LinkException)
        {
            // The job, where there is one, gives fresh links.
            return null;
        }
    }

    private async Task<ManifestEntry> SendAsync(BatchRow row, ManifestEntry entry, PictureTarget target, RowBill bill, CancellationToken cancellationToken)
    {
        var body = (JsonObject)row.Parameters.DeepClone();
        Commands.References.AddTo(body, row.Prompt, [.. row.References.Select(reference => Reference.Read(reference, session.Surroundings))]);
        var (answer, sent) = await calls.WithoutRefusedQualityAsync(body, new CallHeaders(entry.Key, plan.Strict, RespondAsync: true), headers => AnswerAsync(body, headers, entry, bill, cancellationToken));
        return await SaveAsync(sent, answer, target, cancellationToken);
    }

    private async Task<(ApiAnswer Answer, ManifestEntry Entry)> AnswerAsync(JsonObject body, CallHeaders headers, ManifestEntry entry, RowBill bill, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            await pause.WaitAsync(cancellationToken);
            manifest.Append(entry);
            bill.Send();
            try
            {
                var answer = await calls.PostJsonAsync("images/generations", body, headers, cancellationToken);
                bill.Answer(answer);
                var sent = entry with { IsReplayed = answer.IsReplayed };
                if (ImageCalls.IsOpen(answer.Body))
                {
                    sent = sent with { Status = RowStatus.Accepted, Job = answer.Body.Text("id") };
                    manifest.Append(sent);
                }

                answer = await calls.FinishAsync(answer, tell: null, cancellationToken);
                bill.Answer(answer);
                return (answer, sent);
            }
            catch (ApiException fault) when (fault.MayRunAgain && attempt < plan.Retries)
            {
                bill.Refused();
                await pause.PauseAsync(TimeSpan.FromSeconds(Math.Min(30, 1 << attempt)), cancellationToken);
            }
        }
    }

    private async Task<ManifestEntry> SaveAsync(ManifestEntry entry, ApiAnswer answer, PictureTarget target, CancellationToken cancellationToken)
    {
        var pictures = answer.Body.Member("data").Items().ToArray();
        if (pictures.Length == 0)
        {
            throw new InDoubtException(answer.Body.Member("assets_expired") is null
                ? "was answered without a picture, and may be paid; --retry-unknown sends it again"
                : "was paid before, and its pictures are no longer kept; --retry-unknown sends and pays it again");
        }

        var links = pictures.Select(picture => picture.Text("url")).Where(link => link?.StartsWith("http", StringComparison.OrdinalIgnoreCase) == true).ToArray();
        entry = entry with
        {
            Status = RowStatus.Answered,
            Job = answer.Body.Text("object") == "image.generation" ? answer.Body.Text("id") : entry.Job,
            Cost = answer.Cost ?? entry.Cost,
            Links = links.Length == pictures.Length ? new JsonArray([.. links.Select(link => (JsonNode)link!)]) : null,
        };
        if (entry.Links is not null)
        {
            manifest.Append(entry);
        }

        var files = new JsonArray();
        for (var i = 0; i < pictures.Length; i++)
        {
            var saved = await _saver.SaveAsync(pictures[i], target.Numbered(i), cancellationToken);
            files.Add((JsonNode)saved.ToJson(Path.GetRelativePath(plan.Folder, saved.Path)));
        }

        // Links die, and a manifest is read for years.
        entry = entry with { Status = RowStatus.Done, Files = files, Links = null };
        manifest.Append(entry);
        return entry;
    }

    // Kept only when the server has said it: that it could not be asked is no answer.
    private async Task<bool> ServerKeepsJobsAsync(CancellationToken cancellationToken)
    {
        if (_keepsJobs is { } known)
        {
            return await known;
        }

        bool keeps;
        try
        {
            keeps = (await session.Client.GetAsync("images/generations?limit=1", cancellationToken)).Body.Text("object") == "list";
        }
        catch (ApiException fault) when (fault.IsMissingDoor || (fault.Status is >= 400 and not 401 && !fault.IsPassing))
        {
            // Most servers have no such door.
            keeps = false;
        }

        _keepsJobs = Task.FromResult(keeps);
        return keeps;
    }

    private static JsonObject Summary(BatchRow row)
    {
        // A manifest is shown around: what signs webhooks is no part of it.
        var summary = (JsonObject)row.Parameters.DeepClone();
        summary.Remove("webhook_secret");
        if (row.References.Count > 0)
        {
            summary["references"] = new JsonArray([.. row.References.Select(reference => (JsonNode)(reference.StartsWith("data:", StringComparison.Ordinal) ? "data:…" : reference))]);
        }

        return summary;
    }
}
