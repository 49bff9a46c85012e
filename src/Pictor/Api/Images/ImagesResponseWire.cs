using System.Buffers;
using System.Text.Json;
using Pictor.Assets;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api.Images;

/// <summary>
/// A job as callers see it: the answer of a blocking call, of a poll and of a list are the same object. Pictures that are
/// asked for as base64 stream from their files.
/// </summary>
internal sealed class ImagesResponseWire(IAssetStore files, AssetStore assets, AssetLinks links, TimeProvider time)
{
    /// <summary>Writes one job as the whole answer.</summary>
    public async Task WriteAsync(HttpContext http, Job job, int status, UsageShape usage, LinkTerms terms)
    {
        var format = job.Request.ResponseFormat;
        var expired = IsExpired(job);

        // Opened before the status is written: what is missing is an error and not half an answer.
        var opened = new List<Stream>();
        var late = await LateAsync(job, http.RequestAborted);
        try
        {
            if (format == ResponseFormat.B64Json && !expired)
            {
                foreach (var image in job.Result?.Images ?? [])
                {
                    opened.Add(await files.ReadAsync(AssetName.Of(image), http.RequestAborted));
                }
            }

            var text = PictureJson.Of((json, pictures) => WriteJob(json, job, usage, terms, [.. opened.Select(pictures.Mark)], late));
            ApiCall.BeginJson(http, status);
            await text.WriteAsync(http.Response.BodyWriter, isAscii: false, http.RequestAborted);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        finally
        {
            opened.ForEach(stream => stream.Dispose());
        }
    }

    /// <summary>A job with links, for an event.</summary>
    public async Task<PictureJson> WithLinksAsync(Job job, CancellationToken cancellationToken)
    {
        var late = await LateAsync(job, cancellationToken);
        return PictureJson.Of((json, _) => WriteJob(json, job, UsageShape.Images, default, [], late));
    }

    /// <summary>Writes a page of jobs; always with links, since a page of pixels would have no bound.</summary>
    public async Task WriteListAsync(HttpContext http, IReadOnlyList<Job> jobs, bool hasMore)
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var job in jobs)
        {
            WriteJob(json, job, UsageShape.Images, default, [], []);
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more", hasMore);
        json.WriteEndObject();
        await json.FlushAsync(http.RequestAborted);
    }

    /// <summary>Writes what the receiver of a delivery is told: <c>{type, timestamp, data}</c>, always with links.</summary>
    public ReadOnlyMemory<byte> WriteNotice(Job job, string type, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("timestamp", at.UtcDateTime);
            json.WritePropertyName("data");
            WriteJob(json, job, UsageShape.Images, default, [], []);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private async Task<IReadOnlyList<Asset>> LateAsync(Job job, CancellationToken cancellationToken) =>
        job.Error is null ? [] : [.. (await assets.OfJobAsync(job.Id, cancellationToken)).Where(asset => asset.IsLate && asset.ExpiresAt > time.GetUtcNow())];

    private void WriteJob(Utf8JsonWriter json, Job job, UsageShape usage, LinkTerms terms, IReadOnlyList<string> pictures, IReadOnlyList<Asset> late)
    {
        json.WriteStartObject();
        json.WriteString("id", job.Id);
        json.WriteString("object", "image.generation");
        json.WriteNumber("created", job.CreatedAt.ToUnixTimeSeconds());
        json.WriteString("model", job.Request.Model);
        json.WriteString("status", job.State.Status());
        if (!job.State.IsEnded())
        {
            // The name that relay nodes poll under.
            json.WriteString("task_id", job.Id);
        }

        if (job.Progress is { } progress && !job.State.IsEnded())
        {
            json.WriteNumber("progress", progress);
        }

        if (job.Result is { } result)
        {
            json.WriteStartArray("data");
            for (var i = 0; i < result.Images.Count && !IsExpired(job); i++)
            {
                WriteImage(json, job, result.Images[i], result.KeptUntil, terms, i < pictures.Count ? pictures[i] : null);
            }

            json.WriteEndArray();
            if (IsExpired(job))
            {
                json.WriteBoolean("assets_expired", true);
            }
        }

        if (late.Count > 0)
        {
            // Collected after the job had ended: free to the caller, always as links.
            json.WriteStartArray("late_data");
            foreach (var asset in late)
            {
                var image = new ResultImage(asset.Id, asset.Format, asset.Width, asset.Height) { RevisedPrompt = asset.RevisedPrompt, Seed = asset.Seed };
                WriteImage(json, job, image, asset.ExpiresAt, terms, picture: null);
            }

            json.WriteEndArray();
        }

        if (job.Cost is { } cost)
        {
            json.WriteString("cost", cost.ToString());
            json.WriteString("currency", "USD");
        }

        if (job.IsSandbox)
        {
            json.WriteBoolean("sandbox", true);
        }

        WriteWarnings(json, job.Warnings);
        WriteUsage(json, job, usage);

        if (job.Error is { } error)
        {
            ErrorWriter.WriteTo(json, error);
        }

        json.WriteEndObject();
    }

    private void WriteImage(Utf8JsonWriter json, Job job, ResultImage image, DateTimeOffset keptUntil, LinkTerms terms, string? picture)
    {
        json.WriteStartObject();
        var expires = (DateTimeOffset?)null;
        if (picture is null)
        {
            (var url, expires) = links.Create(job.Origin, image, job.Request.UrlExpiresIn, keptUntil, terms);
            json.WriteString("url", url);
        }
        else
        {
            json.WriteString("b64_json", picture);
        }

        if (image.RevisedPrompt is { } revised)
        {
            json.WriteString("revised_prompt", revised);
        }

        if (image.Seed is { } seed)
        {
            json.WriteNumber("seed", seed);
        }

        json.WriteNumber("width", image.Width);
        json.WriteNumber("height", image.Height);
        json.WriteString("format", image.Format.Name());
        if (expires is { } at)
        {
            json.WriteNumber("expires_at", at.ToUnixTimeSeconds());
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the member <c>warnings</c> into an open object.</summary>
    public static void WriteWarnings(Utf8JsonWriter json, IReadOnlyList<Warning> warnings)
    {
        json.WriteStartArray("warnings");
        foreach (var warning in warnings)
        {
            json.WriteStartObject();
            json.WriteString("param", warning.Param);
            json.WriteString("action", warning.Action);
            if (warning.Requested is { } requested)
            {
                json.WriteString("requested", requested);
            }

            if (warning.Used is { } used)
            {
                json.WriteString("used", used);
            }

            json.WriteString("message", warning.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the member <c>usage</c> into an open object, where there is one.</summary>
    public static void WriteUsage(Utf8JsonWriter json, Job job, UsageShape shape)
    {
        var usage = job.Result?.Usage;
        if (job.Result is null || (shape == UsageShape.Images && usage is null))
        {
            return;
        }

        json.WriteStartObject("usage");
        json.WriteNumber("total_tokens", usage?.TotalTokens ?? 0);
        json.WriteNumber(shape == UsageShape.Chat ? "prompt_tokens" : "input_tokens", usage?.InputTokens ?? 0);
        json.WriteNumber(shape == UsageShape.Chat ? "completion_tokens" : "output_tokens", usage?.OutputTokens ?? 0);
        if (shape == UsageShape.Images)
        {
            json.WriteStartObject("input_tokens_details");
            json.WriteNumber("text_tokens", usage!.InputTextTokens);
            json.WriteNumber("image_tokens", usage.InputImageTokens);
            json.WriteEndObject();
        }

        json.WriteNumber("cost", (job.Cost ?? default).Value / 1_000_000m);
        json.WriteEndObject();
    }

    private bool IsExpired(Job job) => job.Result is { } result && result.KeptUntil <= time.GetUtcNow();
}
