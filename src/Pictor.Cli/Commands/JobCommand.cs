using System.CommandLine;
using System.Text.Json.Nodes;
using Pictor.Cli.Http;
using Pictor.Cli.Terminal;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor job ID</c>: one job; waited for, its pictures fetched, or ended.</summary>
internal static class JobCommand
{
    public static Command Create(Verbs verbs)
    {
        var id = new Argument<string>("id") { Description = "from: pictor jobs" };
        var wait = new Option<bool>("--wait") { Description = "until it has ended" };
        var cancel = new Option<bool>("--cancel") { Description = "end it before its time" };
        var save = new Option<bool>("--save") { Description = "fetch its pictures; waits for them" };
        var deliveries = new Option<bool>("--deliveries") { Description = "the tries of its webhook" };
        var output = new OutputOptions();
        var command = new Command("job", "One job: look, wait, fetch its pictures, cancel.") { id, wait, cancel, save, deliveries };
        output.AddTo(command);
        return verbs.Verb(command, async session =>
        {
            var line = session.Line;
            var client = session.Authorized;
            var name = line.GetRequiredValue(id);
            var path = $"images/generations/{Uri.EscapeDataString(name)}";
            if (line.GetValue(deliveries))
            {
                return await DeliveriesCommand.ListAsync(session, path + "/deliveries", most: 100);
            }

            var job = line.GetValue(cancel)
                ? await client.SendJsonAsync(HttpMethod.Post, path + "/cancel", null, CallHeaders.None, session.Now)
                : await client.GetAsync(path, session.Now);
            var calls = new ImageCalls(client, session.Screen, session.Timeout);
            if (line.GetValue(save) || line.GetValue(output.Output) is not null)
            {
                job = await calls.FinishAsync(job, Progress(session), session.Now);
                session.Screen.Move(null);
                var target = output.Prepare(session, name, []);
                await new PictureReport(session, output).WriteAsync(job, target);
                return ExitCode.Ok;
            }

            if (line.GetValue(wait))
            {
                job = await WaitAsync(calls, job, session);
            }

            Tell(session, job);
            return line.GetValue(wait) ? Outcome(job) : ExitCode.Ok;
        });
    }

    private static async Task<ApiAnswer> WaitAsync(ImageCalls calls, ApiAnswer job, Session session)
    {
        try
        {
            return await calls.FinishAsync(job, Progress(session), session.Now);
        }
        catch (ApiException fault) when (fault.IsEndOfJob)
        {
            // How it ended is what was asked for.
            return await session.Client.GetAsync($"images/generations/{Uri.EscapeDataString(job.Body.Text("id")!)}", session.Now);
        }
        finally
        {
            session.Screen.Move(null);
        }
    }

    private static Action<string, long?>? Progress(Session session) =>
        session.Screen.Moves ? (status, percent) => session.Screen.Move($"{status}{(percent is null ? "" : $" {percent} %")}") : null;

    private static int Outcome(ApiAnswer job)
    {
        try
        {
            job.ThrowIfFailed();
            return ExitCode.Ok;
        }
        catch (ApiException fault)
        {
            return fault.ExitCode;
        }
    }

    private static void Tell(Session session, ApiAnswer job)
    {
        if (session.Screen.IsJson)
        {
            session.Screen.Result(JsonNode.Parse(job.Body.GetRawText())!);
            return;
        }

        var body = job.Body;
        (string Name, string? Value)[] facts =
        [
            ("job", body.Text("id")), ("status", body.Text("status")), ("model", body.Text("model")), ("created", body.Local("created")),
            ("progress", body.Text("progress")), ("cost", body.Text("cost") is { } cost ? $"{cost} {body.Text("currency")}" : null),
            ("error", body.Member("error")?.Text("message")),
        ];
        foreach (var (fact, value) in facts.Where(fact => !string.IsNullOrEmpty(fact.Value)))
        {
            session.Screen.Result($"{fact,-9} {Screen.Clean(value!)}");
        }

        foreach (var picture in body.Member("data").Items())
        {
            session.Screen.Result($"{"picture",-9} {picture.Text("width")}x{picture.Text("height")} {picture.Text("format")} {picture.Text("url") ?? "(inline)"}");
        }
    }
}
