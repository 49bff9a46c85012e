using System.Text.Json.Nodes;
using Pictor.Cli;
using Pictor.Cli.Batch;
using Pictor.Cli.Commands;
using Pictor.Cli.Pictures;

namespace Pictor.Tests.Cli;

public sealed class PartsTests
{
    [Theory]
    [InlineData("A cat, sitting!", "a-cat-sitting")]
    [InlineData("一只红色的猫", "一只红色的猫")]
    [InlineData("../../etc", "etc")]
    [InlineData("🙂 !", "picture")]
    public void A_prompt_becomes_a_file_name(string prompt, string name) => PictureNames.Slug(prompt).ShouldBe(name);

    [Theory]
    [InlineData("../x.png")]
    [InlineData("a/../../x.png")]
    [InlineData("/etc/x.png")]
    [InlineData("..\\x.png")]
    [InlineData("C:\\x.png")]
    [InlineData("a/")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_name_that_leaves_the_folder_is_refused(string name) => Should.Throw<CliException>(() => PictureNames.Below("/tmp/out", name));

    [Fact]
    public void A_link_inside_the_folder_is_no_way_out()
    {
        using var cli = new CliRun(key: null);
        Directory.CreateSymbolicLink(cli.PathOf("link"), "/");
        Should.Throw<CliException>(() => PictureNames.Below(cli.Folder, "link/tmp/x.png"));
        PictureNames.Below(cli.Folder, "sub/x.png").ShouldBe(cli.PathOf("sub/x.png"));
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData("3.5", "3.5")]
    [InlineData("true", "true")]
    [InlineData("\"7\"", "\"7\"")]
    [InlineData("007", "\"007\"")]
    [InlineData("16:9", "\"16:9\"")]
    [InlineData("[1,2]", "[1,2]")]
    public void A_parameter_has_the_type_that_is_meant(string text, string json) => ImageOptions.ParameterValue(text)!.ToJsonString().ShouldBe(json);

    [Fact]
    public void Json_without_its_quotes_says_what_a_shell_does() =>
        Should.Throw<CliException>(() => ImageOptions.ParameterValue("{a:1}")).Message.ShouldContain("PowerShell");

    [Fact]
    public void A_forgotten_quote_does_not_swallow_the_rest()
    {
        var rows = Rows("prompt,seed\r\n\"two\r\nlines\",1\r\nopen \"quote,2\r\nthree,3\r\nfour,4\r\n");
        rows.Select(row => (row.Line, row.Fault is null)).ShouldBe([(2, true), (4, false), (5, true), (6, true)]);
        rows[0].Prompt.ShouldBe("two\nlines");
    }

    [Theory]
    [InlineData("prompt;ratio\na;16:9\n")]
    [InlineData("prompt\tratio\na\t16:9\n")]
    [InlineData("PROMPT , Aspect_Ratio\n\"a\", 16:9 \n")]
    public void Columns_may_be_separated_otherwise(string text) => Rows(text).Single().Parameters["aspect_ratio"]!.ToString().ShouldBe("16:9");

    [Theory]
    [InlineData("prompt,seed\na,x\n", "seed")]
    [InlineData("prompt,seed\na,4294967296\n", "seed")]
    [InlineData("prompt,n\na,11\n", "n must")]
    public void A_value_out_of_range_breaks_its_row(string text, string told) => Rows(text).Single().Fault!.ShouldContain(told);

    [Fact]
    public void A_wish_has_the_same_fingerprint_wherever_it_stands()
    {
        var one = Rows("prompt,seed,output\na,1,x.png\n").Single();
        var other = Rows("seed,output,prompt\n\n1,y.png,a\n").Single();
        one.Fingerprint(_ => "").ShouldBe(other.Fingerprint(_ => ""));
        one.Fingerprint(_ => "").ShouldNotBe(Rows("prompt,seed\na,2\n").Single().Fingerprint(_ => ""));
    }

    [Fact]
    public void A_manifest_outlives_a_process_that_dies_while_it_writes()
    {
        using var cli = new CliRun(key: null);
        var path = cli.PathOf("m.jsonl");
        using (var manifest = Manifest.Open(path))
        {
            manifest.Append(new ManifestEntry(2, 3, "b", "k2", RowStatus.Sent, default));
            manifest.Append(new ManifestEntry(1, 2, "a", "k1", RowStatus.Sent, default));
            manifest.Append(new ManifestEntry(2, 3, "b", "k2", RowStatus.Accepted, default) { Job = "gen_1" });
        }

        File.AppendAllText(path, "{\"row\":1,\"id\":\"a\",\"stat");
        using (var manifest = Manifest.Open(path))
        {
            manifest.Find("a")!.Status.ShouldBe(RowStatus.Sent);
            manifest.Find("b")!.Job.ShouldBe("gen_1");
            manifest.Append(new ManifestEntry(1, 2, "a", "k1", RowStatus.Done, default));
            manifest.PutInOrder();
        }

        File.ReadLines(path).Select(line => ManifestEntry.Parse(line)!.Id).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Two_batches_do_not_write_one_manifest()
    {
        using var cli = new CliRun(key: null);
        using var first = Manifest.Open(cli.PathOf("m.jsonl"));
        Should.Throw<CliException>(() => Manifest.Open(cli.PathOf("m.jsonl")));
    }

    [Theory]
    [InlineData("blocks", "\e[38;2;25")]
    [InlineData("sixel", "\eP0;1;0q\"1;1;")]
    [InlineData("kitty", "\e_Gf=100,a=T,q=2,c=")]
    [InlineData("iterm2", "\e]1337;File=inline=1;size=")]
    public async Task Shows_a_picture_in_the_way_of_the_terminal(string how, string start)
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("", ["generate", "x", "--show", "--show-as", how], isTerminal: true);
        run.Code.ShouldBe(0, run.Error);
        run.Out.ShouldStartWith("outputs/x.png\n" + start);
        (await cli.RunAsync("generate", "x", "--show", "--show-as", how)).Out.ShouldBe("outputs/x-2.png\n");
    }

    [Fact]
    public async Task Has_colours_on_a_terminal_and_none_where_nobody_wants_them()
    {
        using var cli = new CliRun(new Uri("http://127.0.0.1:1"));
        (await cli.RunAsync("", ["models"], isTerminal: true)).Error.ShouldContain("\e[31m");
        cli.Set("NO_COLOR", "1");
        (await cli.RunAsync("", ["models"], isTerminal: true)).Error.ShouldNotContain("\e[3");
    }

    [Fact]
    public async Task An_error_at_a_terminal_has_a_line_of_its_own()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.JsonAsync(http, 400, """{"error":{"message":"No."}}"""));
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("", ["generate", "x"], isTerminal: true);
        run.Code.ShouldBe(1);

        // What a terminal shows when a line was written over: what came behind the last erasure.
        run.Error.Split('\n').Select(line => line[(line.LastIndexOf("\e[K", StringComparison.Ordinal) + 1)..]).ShouldAllBe(line => !line.Contains("asking"));
    }

    private static BatchRow[] Rows(string text) => [.. CsvRows.Read(new StringReader(text), new JsonObject(), _ => { })];
}
