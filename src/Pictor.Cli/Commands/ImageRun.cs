using System.Text.Json.Nodes;
using Pictor.Cli.Http;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Commands;

/// <summary>What generate, edit and variation have in common: ask, wait with a moving line, save.</summary>
internal sealed class ImageRun(Session session, OutputOptions output)
{
    private const int Tries = 3;

    public bool Strict { get; init; }

    public bool IsDetached { get; init; }

    public async Task<int> RunAsync(string prompt, JsonObject body, Func<ImageCalls, CallHeaders, Task<ApiAnswer>> post)
    {
        var target = output.Prepare(session, prompt, body);
        var calls = new ImageCalls(session.Client, session.Screen, session.Timeout);
        var headers = new CallHeaders(Guid.NewGuid().ToString("N"), Strict, RespondAsync: true);
        var report = new PictureReport(session, output);
        if (IsDetached)
        {
            var job = await calls.WithoutRefusedQualityAsync(body, headers, same => post(calls, same));
            if (ImageCalls.IsOpen(job.Body))
            {
                Tell(job);
                return ExitCode.Ok;
            }

            session.Screen.Notice("the server does not answer before the picture is there");
            await WriteAsync(report, job.ThrowIfFailed(), target);
            return ExitCode.Ok;
        }

        session.Screen.Move("asking…");
        var answer = await calls.WithoutRefusedQualityAsync(body, headers, same => FinishedAsync(calls, same, post));
        session.Screen.Move(null);
        await WriteAsync(report, answer, target);
        return ExitCode.Ok;
    }

    // What was paid and is not here yet is named, so that it can be fetched.
    private async Task WriteAsync(PictureReport report, ApiAnswer answer, PictureTarget target)
    {
        var job = answer.Body.Text("object") == "image.generation" ? answer.Body.Text("id") : null;
        try
        {
            await report.WriteAsync(answer, target);
        }
        catch (CliException fault) when (job is not null)
        {
            throw new JobLeftException(job, fault, isMade: true);
        }
        catch (OperationCanceledException) when (job is not null)
        {
            session.Screen.Say($"Not fetched to the end. It is made and paid; fetch it: pictor job {job} --save");
            throw;
        }
    }

    private async Task<ApiAnswer> FinishedAsync(ImageCalls calls, CallHeaders headers, Func<ImageCalls, CallHeaders, Task<ApiAnswer>> post)
    {
        var start = session.Surroundings.Time.GetTimestamp();
        string? job = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var first = await post(calls, headers);
                job = ImageCalls.IsOpen(first.Body) ? first.Body.Text("id") : null;
                return await calls.FinishAsync(first, session.Screen.Moves ? Progress : null, session.Now);
            }
            catch (ApiException fault) when (fault.MayRunAgain && attempt < Tries)
            {
                session.Screen.Notice($"{Screen.Clean(fault.Message)} Trying again.");
                await Task.Delay(TimeSpan.FromSeconds(2 * attempt), session.Now);
            }
            catch (OperationCanceledException) when (job is not null)
            {
                session.Screen.Say($"Not waiting any more. The job goes on: pictor job {job}, or end it: pictor job {job} --cancel");
                throw;
            }
        }

        void Progress(string status, long? percent) =>
            session.Screen.Move($"{status}{(percent is null ? "" : $" {percent} %")} · {session.Surroundings.Time.GetElapsedTime(start).TotalSeconds:0} s");
    }

    private void Tell(ApiAnswer job)
    {
        if (session.Screen.IsJson)
        {
            session.Screen.Result(JsonNode.Parse(job.Body.GetRawText())!);
        }
        else
        {
            session.Screen.Result(job.Body.Text("id")!);
        }
    }
}
