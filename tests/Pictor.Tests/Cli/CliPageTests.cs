using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Pictor.Tests.Architecture;

namespace Pictor.Tests.Cli;

/// <summary>Every command of docs/cli.md is run by bash as it stands, in the order of the page; those for PowerShell are the same words.</summary>
public sealed partial class CliPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("docs", "cli.md"));

    [Fact]
    public async Task Every_command_of_the_page_works()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var cli = new CliRun(key: null);

        // The first block is .ci/run's: it publishes.
        var script = new StringBuilder("set -euo pipefail\n");
        foreach (var block in Blocks("bash").Skip(1))
        {
            script.Append(block.Replace("http://127.0.0.1:5080", gateway.Address.ToString(), StringComparison.Ordinal));
        }

        var run = await BashAsync(cli, script.ToString());
        run.Code.ShouldBe(0, run.Error + run.Out);
        foreach (var name in (string[])["circle.png", "blue.png", "green.png", "table.png", "other.png", "both.jpg", "out/cat.png", "out/manifest.jsonl", "pairs/manifest.jsonl"])
        {
            File.Exists(cli.PathOf(name)).ShouldBeTrue(name);
        }
    }

    [Fact]
    public void PowerShell_has_nothing_that_bash_has_not()
    {
        // The words are the same in both shells; only variables and pipes are written otherwise.
        var bash = string.Concat(Blocks("bash")).Split('\n');
        var other = string.Concat(Blocks("powershell")).Split('\n').Where(line => line.StartsWith("pictor ", StringComparison.Ordinal)).ToArray();
        other.Length.ShouldBeGreaterThan(5);
        other.ShouldBeSubsetOf(bash);
    }

    [Fact]
    public void Every_exit_code_is_on_the_page()
    {
        var codes = typeof(Pictor.Cli.ExitCode).GetFields().Select(field => (int)field.GetRawConstantValue()!).Order();
        ExitCodeRow().Matches(Page).Select(match => int.Parse(match.Groups[1].Value)).ShouldBe(codes);
    }

    [Fact]
    public void Every_verb_is_on_the_page()
    {
        var root = Pictor.Cli.CommandList.Create(new Pictor.Cli.GlobalOptions(), new Pictor.Cli.Surroundings { Folder = "/", Environment = _ => null, In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null });
        root.Subcommands.Select(verb => verb.Name).Where(verb => !Page.Contains($"`{verb}`", StringComparison.Ordinal) && !Page.Contains($"pictor {verb}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static async Task<CliResult> BashAsync(CliRun cli, string script)
    {
        var bin = Directory.CreateDirectory(cli.PathOf("bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(bin, "pictor"), CliRun.Executable);
        var start = cli.ProcessStart();
        start.FileName = "bash";
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        start.Environment["PATH"] = bin + Path.PathSeparator + start.Environment["PATH"];
        start.Environment["KEY"] = TestGateway.AdminKey;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new CliResult(process.ExitCode, await output, await error);
    }

    private static IEnumerable<string> Blocks(string language) => Block().Matches(Page).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value);

    [GeneratedRegex("^```([a-z]+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\| ([0-9]) \|", RegexOptions.Multiline)]
    private static partial Regex ExitCodeRow();
}
