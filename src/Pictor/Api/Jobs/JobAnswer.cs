using System.Globalization;
using Microsoft.Extensions.Options;
using Pictor.Api.Images;
using Pictor.Errors;
using Pictor.Jobs;

namespace Pictor.Api.Jobs;

/// <summary>The end of every door that makes a job: hold the caller as long as it wants, then pictures, an error or a 202.</summary>
internal sealed class JobAnswer(JobWaiter waiter, ImagesResponseWire wire, IOptions<JobsOptions> options)
{
    public TimeSpan LongestCall => options.Value.LongestCall;

    /// <param name="http">The call.</param>
    /// <param name="accepted">Its job.</param>
    /// <param name="waiting">How long the caller waits, and what it gets then.</param>
    /// <param name="succeeded">Writes the answer of the door.</param>
    /// <exception cref="GatewayException">How the job failed, for the error writer.</exception>
    public async Task WriteAsync(HttpContext http, AcceptedJob accepted, Waiting waiting, Func<Job, Task> succeeded)
    {
        Begin(http, accepted);
        var job = waiting.Patience > TimeSpan.Zero ? accepted.Job : accepted.AsAccepted();
        if (waiting.Applied is { } applied)
        {
            http.Response.Headers["Preference-Applied"] = applied;
        }

        if (waiting.Patience > TimeSpan.Zero)
        {
            job = waiting.BlankEvery is { } every
                ? await WaitWithBlanksAsync(http, job, waiting.Patience, every)
                : await waiter.WaitAsync(job, waiting.Patience, http.RequestAborted);
        }

        if (http.Response.HasStarted)
        {
            await EndAsync(http, job, succeeded);
            return;
        }

        Tell(http, job);
        if (!job.State.IsEnded())
        {
            http.Response.Headers.Location = PathOf(job);
            if (!waiting.TurnsInto202)
            {
                throw new GatewayException(ErrorKind.WaitedTooLong, $"The job {job.Id} is still running; ask for it at {PathOf(job)}.");
            }

            await wire.WriteAsync(http, job, http.Key().Waiting.AcceptedStatus, UsageShape.Images, default);
            return;
        }

        if (job.Error is { } error)
        {
            http.Response.Headers.Location = PathOf(job);
            throw new GatewayException(error);
        }

        await succeeded(job);
    }

    /// <summary>Writes the headers that say which job a call has.</summary>
    public static void Begin(HttpContext http, AcceptedJob accepted)
    {
        http.SetModel(accepted.Job.Request.Model);
        http.Response.Headers["x-pictor-job"] = accepted.Job.Id;
        if (accepted.IsReplayed)
        {
            http.Response.Headers["Idempotent-Replayed"] = "true";
        }
    }

    /// <summary>Writes the headers that say what became of a job.</summary>
    public static void Tell(HttpContext http, Job job)
    {
        if (job.Channel is { } channel)
        {
            http.Response.Headers["x-pictor-channel"] = channel;
            http.Response.Headers["x-pictor-attempts"] = job.Attempts.ToString(CultureInfo.InvariantCulture);
        }

        if (job.Cost is { } cost)
        {
            http.Response.Headers["x-pictor-cost"] = cost.ToString();
        }
    }

    // The first blank settles the status: what fails behind it is a 200 with an error in its body.
    private async Task<Job> WaitWithBlanksAsync(HttpContext http, Job job, TimeSpan patience, TimeSpan every)
    {
        for (var waited = TimeSpan.Zero; waited < patience; waited += every)
        {
            job = await waiter.WaitAsync(job, every, http.RequestAborted);
            if (job.State.IsEnded())
            {
                break;
            }

            if (!http.Response.HasStarted)
            {
                ApiCall.BeginJson(http, StatusCodes.Status200OK);
                http.Response.Headers["X-Accel-Buffering"] = "no";
            }

            await http.Response.BodyWriter.WriteAsync(" "u8.ToArray(), http.RequestAborted);
        }

        return job;
    }

    private static async Task EndAsync(HttpContext http, Job job, Func<Job, Task> succeeded)
    {
        if (job is { Error: null, State: JobState.Succeeded })
        {
            await succeeded(job);
            return;
        }

        var error = job.Error ?? new GatewayError(ErrorKind.WaitedTooLong, $"The job {job.Id} is still running; ask for it at {PathOf(job)}.");
        await PictureJson.Of((json, _) =>
        {
            json.WriteStartObject();
            ErrorWriter.WriteTo(json, error);
            json.WriteEndObject();
        }).WriteAsync(http.Response.BodyWriter, isAscii: true, http.RequestAborted);
    }

    private static string PathOf(Job job) => $"/v1/images/generations/{job.Id}";
}
