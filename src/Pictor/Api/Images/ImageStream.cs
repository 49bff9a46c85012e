using System.Text.Json;
using Pictor.Api.Jobs;
using Pictor.Assets;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api.Images;

/// <summary>Pictures as a stream of OpenAI's events: unfinished ones where the upstream has them, then one completed each.</summary>
internal sealed class ImageStream(JobFollower follower, JobPartials partials, IAssetStore files)
{
    public async Task WriteAsync(HttpContext http, AcceptedJob accepted, ImagesDoor door)
    {
        var events = new EventStream(http);
        JobAnswer.Begin(http, accepted);
        events.Begin();
        await events.CommentAsync();
        try
        {
            var job = await follower.EndAsync(accepted.Job, events, new JobViews { Partials = accepted.Partials, Partial = partial => PartialAsync(events, accepted.Job, partial, door) }, http.RequestAborted);
            if (job.Error is { } error)
            {
                await events.SendAsync(Error(error), "error");
                return;
            }

            for (var i = 0; i < job.Result!.Images.Count; i++)
            {
                await events.SendAsync(Completed(job, i, door), $"{door.Event}.completed");
            }
        }
        finally
        {
            if (accepted.Partials is not null)
            {
                partials.Close(accepted.Job.Id);
            }

            while (accepted.Partials?.TryRead(out var left) == true)
            {
                left.Dispose();
            }
        }
    }

    private static async Task PartialAsync(EventStream events, Job job, PartialPicture partial, ImagesDoor door)
    {
        var type = $"{door.Event}.partial_image";
        var json = PictureJson.Of((json, pictures) =>
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("b64_json", pictures.Mark(partial.Bytes));
            json.WriteNumber("partial_image_index", partial.Index);
            WriteFacts(json, job, partial.Size, partial.Format);
            json.WriteEndObject();
        });
        await events.SendAsync(json, type);
    }

    private static PictureJson Error(GatewayError error) => PictureJson.Of((json, _) =>
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        ErrorWriter.WriteTo(json, error);
        json.WriteEndObject();
    });

    private static void WriteFacts(Utf8JsonWriter json, Job job, PixelSize size, OutputFormat format)
    {
        json.WriteNumber("created_at", job.CreatedAt.ToUnixTimeSeconds());
        json.WriteString("size", size.ToString());
        json.WriteString("quality", job.Request.Quality ?? "auto");
        json.WriteString("background", job.Request.Background ?? "auto");
        json.WriteString("output_format", format.Name());
    }

    private PictureJson Completed(Job job, int position, ImagesDoor door) => PictureJson.Of((json, pictures) =>
    {
        var result = job.Result!;
        var image = result.Images[position];
        json.WriteStartObject();
        json.WriteString("type", $"{door.Event}.completed");
        json.WriteString("b64_json", pictures.Mark(cancel => files.ReadAsync(AssetName.Of(image), cancel)));
        WriteFacts(json, job, new PixelSize(image.Width, image.Height), image.Format);
        if (image.RevisedPrompt is { } revised)
        {
            json.WriteString("revised_prompt", revised);
        }

        if (image.Seed is { } seed)
        {
            json.WriteNumber("seed", seed);
        }

        WriteShare(json, job, position);
        if (position == result.Images.Count - 1 && job.Warnings.Count > 0)
        {
            ImagesResponseWire.WriteWarnings(json, job.Warnings);
        }

        json.WriteEndObject();
    });

    // SDKs read a usage in every completed event, and some add them up: each picture tells its share.
    private static void WriteShare(Utf8JsonWriter json, Job job, int position)
    {
        var count = job.Result!.Images.Count;
        var usage = job.Result.Usage ?? new ImageUsage(0, 0, 0);
        var share = new ImageUsage(Share(usage.InputTextTokens), Share(usage.InputImageTokens), Share(usage.OutputTokens));
        json.WriteStartObject("usage");
        json.WriteNumber("total_tokens", share.TotalTokens);
        json.WriteNumber("input_tokens", share.InputTokens);
        json.WriteNumber("output_tokens", share.OutputTokens);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("text_tokens", share.InputTextTokens);
        json.WriteNumber("image_tokens", share.InputImageTokens);
        json.WriteEndObject();
        json.WriteNumber("cost", Share((job.Cost ?? default).Value) / 1_000_000m);
        json.WriteEndObject();

        long Share(long whole) => (whole / count) + (position == count - 1 ? whole % count : 0);
    }
}
