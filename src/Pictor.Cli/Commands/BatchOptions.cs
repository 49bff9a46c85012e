using System.CommandLine;

namespace Pictor.Cli.Commands;

/// <summary>The options of <c>pictor batch</c>.</summary>
internal sealed class BatchOptions
{
    public Argument<string?> File { get; } = new("list") { Description = "jobs.csv, jobs.jsonl, or - for stdin", Arity = ArgumentArity.ZeroOrOne };

    public Option<string?> Pairs { get; } = new("--pairs") { Description = "a file with picture|picture a line", HelpName = "FILE" };

    public Option<string?> Prompt { get; } = new("--prompt") { Description = "for rows that have none, and for --pairs", HelpName = "TEXT" };

    public Option<bool> Resume { get; } = new("--resume") { Description = "go on with an earlier run; nothing is paid twice" };

    public Option<bool> Again { get; } = new("--again") { Description = "make everything anew, and pay for it anew" };

    public Option<bool> RetryUnknown { get; } = new("--retry-unknown") { Description = "send rows again that may have been paid already" };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "tell the price and the mistakes; send nothing" };

    public Option<string?> MaxCost { get; } = new("--max-cost") { Description = "stop before more than this is spent", HelpName = "AMOUNT" };

    public Option<string?> Price { get; } = new("--price") { Description = "of one picture, where the server tells none", HelpName = "AMOUNT" };

    public Option<int> Concurrency { get; } = new("--concurrency", "-c") { Description = "rows at a time (4)", HelpName = "N", DefaultValueFactory = _ => 4 };

    public Option<int> Retries { get; } = new("--retries") { Description = "new tries of a row that was refused for now (5)", HelpName = "N", DefaultValueFactory = _ => 5 };

    public Option<string?> ManifestPath { get; } = new("--manifest") { Description = "another place for manifest.jsonl", HelpName = "FILE" };

    public ImageOptions Images { get; } = new();

    public OutputOptions Output { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(File);
        foreach (Option option in (IEnumerable<Option>)[Pairs, Prompt, Resume, Again, RetryUnknown, DryRun, MaxCost, Price, Concurrency, Retries, ManifestPath])
        {
            command.Add(option);
        }

        Images.AddTo(command);
        command.Add(Output.Output);
    }
}
