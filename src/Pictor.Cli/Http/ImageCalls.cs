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

    /// <summary>How many times a refusal that cost nothing is tried again.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Where a wait for the server is told; a batch makes all its rows wait there.</summary>
    public Func<TimeSpan, CancellationToken, Task> Pause { get; init; } = Task.Delay;

    public Task<ApiAnswer> PostJsonAsync(string path, JsonObject body, CallHeaders headers, CancellationToken cancellationToken) =>
        WithoutRefusedQualityAsync(body, () => WithRetriesAsync(() => client.SendJsonAsync(HttpMethod.Post, path, body, headers, cancellationToken), cancellationToken));

    public Task<ApiAnswer> PostFormAsync(string path, JsonObject fields, Func<HttpContent> form, CallHeaders headers, CancellationToken cancellationToken) =>
        WithoutRefusedQualityAsync(fields, () => WithRetriesAsync(() => client.SendAsync(HttpMethod.Post, path, form, headers, cancellationToken), cancellationToken));

    /// <summary>Holds on until the job has ended.</summary>
    /// <exception cref="ApiException">It failed or was cancelled.</exception>
    public async Task<ApiAnswer> FinishAsync(ApiAnswer answer, Action<string, long?>? tell, CancellationToken cancellationToken)
    {
        var deadline = DateTimeOffset.UtcNow + timeout;
        while (IsOpen(answer.Body))
        {
            var id = answer.Body.Text("id")!;
            tell?.Invoke(answer.Body.Text("status")!, answer.Body.Integer("progress"));
            if (DateTimeOffset.UtcNow > deadline)
            {
                throw new NoAnswerException($"The job {id} has not ended within {timeout.TotalSeconds:0} s (--timeout). It goes on: pictor job {id}", neverSent: false);
            }

            // On a terminal a person watches the progress; elsewhere one long question does.
            var wait = tell is null ? WaitSeconds : 1;
            answer = await WithRetriesAsync(() => client.GetAsync($"images/generations/{Uri.EscapeDataString(id)}?wait={wait}", cancellationToken), cancellationToken) with { RequestId = answer.RequestId, IsReplayed = answer.IsReplayed };
        }

        return answer.ThrowIfFailed();
    }

    /// <summary>A job as it is now, or null where the server does not know it.</summary>
    public async Task<ApiAnswer?> FindJobAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await WithRetriesAsync(() => client.GetAsync($"images/generations/{Uri.EscapeDataString(id)}", cancellationToken), cancellationToken);
        }
        catch (ApiException fault) when (fault.Status is 404 or 405)
        {
            return null;
        }
    }

    public static bool IsOpen(JsonElement body) => body.Text("status") is "queued" or "running" && body.Text("id") is not null;

    // Some models know no quality and refuse it; the seed's users send it always.
    private async Task<ApiAnswer> WithoutRefusedQualityAsync(JsonObject body, Func<Task<ApiAnswer>> call)
    {
        try
        {
            return await call();
        }
        catch (ApiException fault) when (fault.Status is 400 or 422 && body.ContainsKey("quality")
            && (fault.Param == "quality" || fault.Message.Contains("quality", StringComparison.OrdinalIgnoreCase)))
        {
            screen.Notice($"quality was refused ({Screen.Clean(fault.Message)}); trying without it");
            body.Remove("quality");
            return await call();
        }
    }

    private async Task<ApiAnswer> WithRetriesAsync(Func<Task<ApiAnswer>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (ApiException fault) when (fault.MayRetry && attempt < Retries)
            {
                var wait = fault.RetryAfter ?? Backoff(attempt);
                screen.Notice($"{Screen.Clean(fault.Message)} Trying again in {Math.Max(0, wait.TotalSeconds):0.#} s.");
                await Pause(wait < TimeSpan.Zero ? TimeSpan.Zero : wait, cancellationToken);
            }
            catch (NoAnswerException fault) when (fault.NeverSent && attempt < Math.Min(2, Retries))
            {
                await Task.Delay(Backoff(attempt), cancellationToken);
            }
        }
    }

    private static TimeSpan Backoff(int attempt) => TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, attempt)) * (0.5 + (Random.Shared.NextDouble() * 0.5)));
}
