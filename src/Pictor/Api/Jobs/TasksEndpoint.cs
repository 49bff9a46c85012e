using System.Globalization;
using System.Text.Json;
using Pictor.Assets;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api.Jobs;

/// <summary><c>GET /v1/images/tasks/{id}</c>: a job in the shape that relay nodes poll (Comfly nodes, read 2026-04).</summary>
internal static class TasksEndpoint
{
    public static async Task HandleAsync(HttpContext http, string id, JobStore jobs, IAssetStore files, AssetLinks links, TimeProvider time)
    {
        var job = await JobsEndpoint.FindAsync(http, id, jobs);
        JobAnswer.Tell(http, job);
        var answer = PictureJson.Of((json, pictures) =>
        {
            json.WriteStartObject();
            json.WriteString("code", "success");
            json.WriteString("message", "");
            json.WriteStartObject("data");
            json.WriteString("task_id", job.Id);
            json.WriteString("status", Status(job.State));
            json.WriteString("progress", string.Create(CultureInfo.InvariantCulture, $"{Progress(job)}%"));
            json.WriteNumber("submit_time", job.CreatedAt.ToUnixTimeSeconds());
            if (job.StartedAt is { } started)
            {
                json.WriteNumber("start_time", started.ToUnixTimeSeconds());
            }

            if (job.EndedAt is { } ended)
            {
                json.WriteNumber("finish_time", ended.ToUnixTimeSeconds());
            }

            if (job.Error is { } error)
            {
                json.WriteString("fail_reason", error.Message);
            }

            if (job.Result is { } result)
            {
                json.WriteStartObject("data");
                json.WriteNumber("created", job.CreatedAt.ToUnixTimeSeconds());
                json.WriteStartArray("data");
                foreach (var image in result.KeptUntil > time.GetUtcNow() ? result.Images : [])
                {
                    WriteImage(json, job, image, pictures);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        await answer.WriteAsync(http.Response.BodyWriter, isAscii: true, http.RequestAborted);

        void WriteImage(Utf8JsonWriter json, Job of, ResultImage image, PictureJson pictures)
        {
            json.WriteStartObject();
            if (of.Request.ResponseFormat == ResponseFormat.B64Json)
            {
                json.WriteString("b64_json", pictures.Mark(cancel => files.ReadAsync(AssetName.Of(image), cancel)));
            }
            else
            {
                json.WriteString("url", links.Create(of.Origin, image, of.Request.UrlExpiresIn, of.Result!.KeptUntil, default).Url);
            }

            json.WriteEndObject();
        }
    }

    private static string Status(JobState state) => state switch
    {
        JobState.Reserved => "NOT_START",
        JobState.Sending or JobState.Accepted => "IN_PROGRESS",
        JobState.Succeeded => "SUCCESS",
        _ => "FAILURE",
    };

    private static int Progress(Job job) => job.State switch
    {
        JobState.Reserved => 0,
        JobState.Sending or JobState.Accepted => job.Progress ?? 0,
        _ => 100,
    };
}
