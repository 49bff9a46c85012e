using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pictor.Cli.Http;

/// <summary>
/// Asks for pictures and waits for them. Servers that know <c>Prefer: respond-async</c> answer with a job, which is then
/// asked for; all others answer with the pictures themselves.
/// </summary>
internal sealed class ImageCalls(GatewayClient client, Screen screen, TimeSpan timeout)
{
    private const int WaitSeconds = 25;

    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    // What a question may take beyond the time that the server was asked to hold it.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(30);

    /// <summary>How many times a refusal that cost nothing is tried again.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Where a wait for the server is told; a batch makes all its rows wait there.</summary>
    public Func<TimeSpan, CancellationToken, Task> Pause { get; init; } = Task.Delay;

    /// <summary>Comes back when the server says so, also where that is later than the timeout.</summary>
    public bool WaitsAsAsked { get; init; }

    public Task<ApiAnswer> PostJsonAsync(string path, JsonObject body, CallHeaders headers, CancellationToken cancellationToken) =>
        WithRetriesAsync(() => client.SendJsonAsync(HttpMethod.Post, path, body, headers, cancellationToken), isQuestion: false, cancellationToken);

    public Task<ApiAnswer> PostFormAsync(string path, Func<HttpContent> form, CallHeaders headers, CancellationToken cancellationToken) =>
        WithRetriesAsync(() => client.SendAsync(HttpMethod.Post, path, form, headers, cancellationToken), isQuestion: false, cancellationToken);

    /// <summary>
    /// Sends a wish, and where its <c>quality</c> is refused sends it once more without. Some models know none and refuse it; the scripts
    /// of old send it always. Where the server makes jobs only their end says so: the call has to wait for it.
    /// </summary>
    public async Task<T> WithoutRefusedQualityAsync<T>(JsonObject body, CallHeaders headers, Func<CallHeaders, Task<T>> call)
    {
        try
        {
            return await call(headers);
        }
        catch (ApiException fault) when (fault.RefusesQuality && body.ContainsKey("quality"))
        {
            screen.Notice($"quality was refused ({Screen.Clean(fault.Message)}); trying without it");
            body.Remove("quality");
            return await call(headers.Reworded());
        }
    }

    /// <summary>Holds on until the job has ended.</summary>
    /// <exception cref="ApiException">It failed or was cancelled.</exception>
    /// <exception cref="JobLeftException">Its end could not be learned.</exception>
    public async Task<ApiAnswer> FinishAsync(ApiAnswer answer, Action<string, long?>? tell, CancellationToken cancellationToken)
    {
        var deadline = DateTimeOffset.UtcNow + timeout;
        while (IsOpen(answer.Body))
        {
            var (id, asked) = (answer.Body.Text("id")!, Stopwatch.GetTimestamp());
            tell?.Invoke(answer.Body.Text("status")!, answer.Body.Integer("progress"));
            try
            {
                // On a terminal a person watches the progress; elsewhere one long question does.
                answer = await AskAsync(id, tell is null ? WaitSeconds : 1, deadline, cancellationToken) with { RequestId = answer.RequestId, IsReplayed = answer.IsReplayed };
                if (IsOpen(answer.Body) && LeastPause - Stopwatch.GetElapsedTime(asked) is { Ticks: > 0 } early)
                {
                    // A server that does not hold a question is not to be flooded with them.
                    await Task.Delay(early, cancellationToken);
                }
            }
            catch (CliException fault)
            {
                throw new JobLeftException(id, fault, isMade: false);
            }
        }

        return answer.ThrowIfFailed();
    }

    /// <summary>A job as it is now, or null where the server does not know it.</summary>
    public async Task<ApiAnswer?> FindJobAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await WithRetriesAsync(() => client.GetAsync(PathOf(id), cancellationToken), isQuestion: true, cancellationToken);
        }
        catch (ApiException fault) when (fault.Status is 404 or 405)
        {
            return null;
        }
    }

    public static bool IsOpen(JsonElement body) => body.Text("status") is "queued" or "running" && body.Text("id") is not null;

    // A picture is being paid for: whatever stands between us and the job, it is asked for until the time is over.
    private async Task<ApiAnswer> AskAsync(string id, int wait, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var left = deadline - DateTimeOffset.UtcNow;
            if (left <= TimeSpan.Zero)
            {
                throw new NoAnswerException($"The job {id} has not ended within {timeout.TotalSeconds:0.#} s (--timeout).", neverSent: false);
            }

            wait = Math.Clamp((int)left.TotalSeconds, 1, wait);
            try
            {
                return await client.GetAsync($"{PathOf(id)}?wait={wait}", TimeSpan.FromSeconds(wait) + AnswerTime, cancellationToken);
            }
            catch (CliException fault) when (fault is NoAnswerException or ApiException { IsPassing: true })
            {
                var asked = (fault as ApiException)?.RetryAfter;
                var pause = asked is { } given && given > TimeSpan.Zero ? given : Backoff(attempt);
                if (DateTimeOffset.UtcNow + pause >= deadline)
                {
                    throw;
                }

                if (attempt == 0)
                {
                    screen.Notice($"{Screen.Clean(fault.Message)} Trying again; the job is {id}.");
                }

                await (asked is null ? Task.Delay(pause, cancellationToken) : Pause(pause, cancellationToken));
            }
        }
    }

    // A question may be asked again after anything; what can cost money only after a refusal that cost none.
    private async Task<ApiAnswer> WithRetriesAsync(Func<Task<ApiAnswer>> call, bool isQuestion, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (ApiException fault) when ((fault.MayRetry || (isQuestion && fault.IsPassing)) && attempt < Retries)
            {
                var wait = fault.RetryAfter ?? Backoff(attempt);
                if (wait > timeout && !WaitsAsAsked)
                {
                    screen.Notice($"The server asks to come back in {wait.TotalSeconds:0} s, and --timeout is shorter.");
                    throw;
                }

                screen.Notice($"{Screen.Clean(fault.Message)} Trying again in {Math.Max(0, wait.TotalSeconds):0.#} s.");
                await Pause(wait < TimeSpan.Zero ? TimeSpan.Zero : wait, cancellationToken);
            }
            catch (NoAnswerException fault) when (fault.NeverSent && attempt < Math.Min(2, Retries))
            {
                await Task.Delay(Backoff(attempt), cancellationToken);
            }
        }
    }

    private static string PathOf(string id) => $"images/generations/{Uri.EscapeDataString(id)}";

    private static TimeSpan Backoff(int attempt) => TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, attempt)) * (0.5 + (Random.Shared.NextDouble() * 0.5)));
}
