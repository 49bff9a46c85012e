using System.Text.Json.Nodes;
using Pictor.Cli.Http;

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
            var job = await post(calls, headers);
            if (ImageCalls.IsOpen(job.Body))
            {
                Tell(job);
                return ExitCode.Ok;
            }

            session.Screen.Notice("the server does not answer before the picture is there");
            await report.WriteAsync(job.ThrowIfFailed(), target);
            return ExitCode.Ok;
        }

        session.Screen.Move("asking…");
        var answer = await FinishedAsync(calls, headers, post);
        session.Screen.Move(null);
        await report.WriteAsync(answer, target);
        return ExitCode.Ok;
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
