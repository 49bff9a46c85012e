using System.CommandLine;
using System.Globalization;
using Pictor.Cli.Batch;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor batch jobs.csv</c>: a list of pictures, paid once each.</summary>
internal static class BatchCommand
{
    public static Command Create(Verbs verbs)
    {
        var options = new BatchOptions();
        var command = new Command("batch", "Make the pictures of a list (CSV, or one JSON object a line). Columns: prompt, ratio, model, seed, references (a|b), output, and any other parameter.");
        options.AddTo(command);
        return verbs.Verb(command, async session =>
        {
            var line = session.Line;
            var defaults = options.Images.ToBody(session);
            if (line.GetValue(options.Prompt) is { } prompt)
            {
                defaults["prompt"] = prompt;
            }

            var pairs = line.GetValue(options.Pairs);
            var list = pairs ?? line.GetValue(options.File) ?? throw CliException.Usage("There is no list: pictor batch jobs.csv, or --pairs pairs.txt --prompt \"…\"");
            if (pairs is not null && !defaults.ContainsKey("prompt"))
            {
                throw CliException.Usage("--pairs needs one --prompt for all of them.");
            }

            using var copy = list == "-" ? await StdinCopy.MakeAsync(session) : null;
            var rows = new RowFile(copy?.Path ?? session.Surroundings.PathOf(list), pairs is not null, defaults);
            if (line.GetValue(options.DryRun))
            {
                return await DryRun.RunAsync(session, rows, Decimal(line.GetValue(options.Price), "--price"));
            }

            return await RunAsync(session, options, rows);
        });
    }

    private static async Task<int> RunAsync(Session session, BatchOptions options, RowFile rows)
    {
        var line = session.Line;
        _ = session.Authorized;
        var total = rows.Read(_ => { }).Count();
        var folder = session.Surroundings.PathOf(options.Output.Place(session) ?? "outputs");
        WholeFile.Prepare(folder);
        WholeFile.Sweep(folder, session.Surroundings.Time.GetUtcNow().UtcDateTime.AddHours(-1));
        var again = line.GetValue(options.Again);
        using var manifest = Manifest.Open(line.GetValue(options.ManifestPath) is { } chosen ? session.Surroundings.PathOf(chosen) : Path.Combine(folder, "manifest.jsonl"));
        if (manifest.Count > 0 && !line.GetValue(options.Resume) && !again)
        {
            throw CliException.Usage("There is a manifest of an earlier run. --resume goes on with it and pays no row again; --again makes everything anew.");
        }

        var plan = new BatchPlan
        {
            Folder = folder,
            Concurrency = line.GetValue(options.Concurrency) is >= 1 and <= 64 and var concurrency ? concurrency : throw CliException.Usage("--concurrency is 1 to 64."),
            Retries = Math.Clamp(line.GetValue(options.Retries), 0, 20),
            MaxCost = Decimal(line.GetValue(options.MaxCost), "--max-cost"),
            Price = Decimal(line.GetValue(options.Price), "--price"),
            Salt = again ? Guid.NewGuid().ToString("N")[..12] : "",
            RetryUnknown = line.GetValue(options.RetryUnknown),
            Strict = line.GetValue(options.Images.Strict),
        };
        if (again)
        {
            manifest.Forget();
        }

        using var run = new BatchRun(session, plan, rows, manifest, total);
        return await run.RunAsync();
    }

    private static decimal? Decimal(string? text, string name) =>
        text is null ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value
        : throw CliException.Usage($"{name} is an amount like 5 or 0.50, and not '{text}'.");
}
