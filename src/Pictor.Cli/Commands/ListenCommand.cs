using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor listen --forward-to URL</c>: your jobs' ends, sent as webhooks to a program on this machine.</summary>
internal static class ListenCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create(Verbs verbs)
    {
        var forward = new Option<string?>("--forward-to") { Description = "where webhooks go, such as http://localhost:3000/hook; without it they are only told", HelpName = "URL" };
        var secret = new Option<string?>("--secret") { Description = "signs them as the gateway does (Standard Webhooks)", HelpName = "TEXT" };
        var most = new Option<int>("--exit-after") { Description = "end after so many", HelpName = "N" };
        return verbs.Verb(new Command("listen", "Watch your jobs end, and forward each end as a webhook to a program of yours.") { forward, secret, most }, async session =>
        {
            var line = session.Line;
            var target = line.GetValue(forward) is not { } text ? null
                : Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
                : throw CliException.Usage($"'{text}' is no http or https address.");
            var watch = new JobWatch(session.Authorized);
            await watch.BeginAsync(session.Now);
            session.Screen.Say(target is null ? "Listening. Ctrl+C ends it." : $"Listening, and forwarding to {target}. Ctrl+C ends it.");
            for (var told = 0; ;)
            {
                foreach (var job in await EndedAsync(watch, session))
                {
                    await TellAsync(session, job, target, line.GetValue(secret));
                    if (++told == line.GetValue(most))
                    {
                        return ExitCode.Ok;
                    }
                }

                await Task.Delay(Pause, session.Now);
            }
        });
    }

    private static async Task<IReadOnlyList<JsonElement>> EndedAsync(JobWatch watch, Session session)
    {
        try
        {
            return await watch.LookAsync(session.Now);
        }
        catch (NoAnswerException fault)
        {
            // A gateway that restarts is no reason to stop listening.
            session.Screen.Notice(Screen.Clean(fault.Message));
            return [];
        }
    }

    private static async Task TellAsync(Session session, JsonElement job, Uri? target, string? secret)
    {
        var now = session.Surroundings.Time.GetUtcNow();
        var type = "image.generation." + job.Text("status");
        var body = new JsonObject { ["type"] = type, ["timestamp"] = now.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), ["data"] = JsonNode.Parse(job.GetRawText()) };
        string outcome = "";
        if (target is not null)
        {
            outcome = await ForwardAsync(session, target, $"msg_{job.Text("id")}", now.ToUnixTimeSeconds(), JsonText.Line(body), secret);
        }

        if (session.Screen.IsJson)
        {
            session.Screen.Result(body);
            return;
        }

        session.Screen.Result($"{type} {job.Text("id")}{(outcome.Length > 0 ? " → " + outcome : "")}");
    }

    private static async Task<string> ForwardAsync(Session session, Uri target, string id, long timestamp, string body, string? secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (secret is not null)
        {
            request.Headers.TryAddWithoutValidation("webhook-signature", Sign(secret, id, timestamp, body));
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(session.Now);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        try
        {
            using var response = await session.Client.ForwardAsync(request, patience.Token);
            return ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is OperationCanceledException && !session.Now.IsCancellationRequested))
        {
            return fault is HttpRequestException ? "nothing answers there" : "no answer within 15 s";
        }
    }

    // Standard Webhooks: a secret that starts with whsec_ is base64, any other is its bytes.
    private static string Sign(string secret, string id, long timestamp, string body)
    {
        var key = secret.StartsWith("whsec_", StringComparison.Ordinal) ? Convert.FromBase64String(secret[6..]) : Encoding.UTF8.GetBytes(secret);
        var text = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}");
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }
}

/// <summary>Finds jobs that have ended since the last look.</summary>
internal sealed class JobWatch(GatewayClient client)
{
    private const int Depth = 100;
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);

    /// <summary>What has ended before is not told.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken) => await LookAsync(cancellationToken);

    /// <summary>The newly ended, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> LookAsync(CancellationToken cancellationToken)
    {
        var ended = new List<JsonElement>();
        await foreach (var job in Pages.ReadAsync(client, "images/generations", Depth, cancellationToken))
        {
            if (job.Text("status") is "succeeded" or "failed" or "cancelled" && _ended.Add(job.Text("id")!))
            {
                ended.Add(job);
            }
        }

        ended.Reverse();
        return ended;
    }
}
