using System.CommandLine;
using Pictor.Cli.Http;
using Pictor.Cli.Terminal;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor jobs</c>: the key's own jobs, newest first.</summary>
internal static class JobsCommand
{
    public static Command Create(Verbs verbs)
    {
        var limit = new Option<int>("--limit", "-n") { Description = "how many (20)", DefaultValueFactory = _ => 20, HelpName = "N" };
        var status = new Option<string?>("--status") { Description = "queued, running, succeeded, failed, cancelled", HelpName = "STATUS" };
        var model = new Option<string?>("--model", "-m") { Description = "only of this model", HelpName = "NAME" };
        return verbs.Verb(new Command("jobs", "Your jobs, newest first.") { limit, status, model }, async session =>
        {
            var line = session.Line;
            string?[] filters =
            [
                line.GetValue(status) is { } wanted ? "status=" + Uri.EscapeDataString(wanted) : null,
                line.GetValue(model) is { } name ? "model=" + Uri.EscapeDataString(name) : null,
            ];
            var query = string.Join('&', filters.OfType<string>());
            var listing = new Listing(session, "job", "created", "status", "model", "pictures", "cost", "error");
            await foreach (var job in Pages.ReadAsync(session.Authorized, "images/generations" + (query.Length > 0 ? "?" + query : ""), line.GetValue(limit), session.Now))
            {
                listing.Add(job, job.Text("id"), job.Local("created"), job.Text("status"), job.Text("model"), job.Member("data").Items().Count().ToString(), job.Text("cost"), job.Member("error")?.Text("code") ?? job.Member("error")?.Text("message"));
            }

            listing.End("There are no jobs.");
            return ExitCode.Ok;
        });
    }
}
