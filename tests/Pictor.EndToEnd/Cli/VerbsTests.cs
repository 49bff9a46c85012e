using System.Text.Json;
using System.Text.RegularExpressions;
using Pictor.Imaging;

namespace Pictor.EndToEnd.Cli;

/// <summary>Each verb of the built command against the built gateway: in a pipe, as JSON lines, and at a terminal.</summary>
public sealed partial class VerbsTests(VerbsTests.Scene scene) : IClassFixture<VerbsTests.Scene>
{
    private const char Escape = '\e';

    // The words, what a pipe gets on stdout (all of it), and what a terminal shows.
    public static TheoryData<string, string, string> Verbs => new()
    {
        { "generate 'a red circle' -m flux-kontext-pro -o g/", @"g/a-red-circle(-\d+)?\.jpg\n", "g/a-red-circle" },
        { "'a red circle' -m flux-kontext-pro --size 1024x1024 -o g/", @"g/a-red-circle(-\d+)?\.jpg\n", "g/a-red-circle" },
        { "edit a.png 'make it blue' -m flux-kontext-pro -o e.png", @"e\.png\n", "e.png" },
        { "variation a.png -m flux-kontext-pro -o v.png", @"v\.png\n", "v.png" },
        { "chat 'a green square' -m flux-kontext-pro -o c/", @"c/a-green-square(-\d+)?\.jpg\n", "c/a-green-square" },
        { "batch jobs.csv -m sandbox -c 1 --again -o b/", @"b/0001-one(-\d+)?\.png\nb/0002-two(-\d+)?\.png\n", "2 of 2 rows done" },
        { "batch jobs.csv -m flux-kontext-pro --dry-run", @"2 rows, 2 pictures: 0\.07 USD \(list price 0\.08\)\n", "0.07 USD" },
        { "compose a.png b.png -o both.jpg", @"both\.jpg\n", "both.jpg" },
        { "cost -m flux-kontext-pro -n 100", @"100 × flux-kontext-pro: 3\.50 USD · list price 4\.00 USD · saved 0\.50 USD \(12\.5 %\)\n", "12.5 %" },
        { "models", @"([^\t\n]+(\t[^\t\n]*){4}\n)+", "MODEL" },
        { "models flux-kontext-pro", @"\{[^\e]+\}\n", "\"id\": \"flux-kontext-pro\"" },
        { "jobs -n 2", @"(gen_[^\t\n]+(\t[^\t\n]*)+\n){2}", "gen_" },
        { "job JOB", @"[^\e]*JOB[^\e]*", "JOB" },
        { "job JOB --deliveries", @"msg_[^\t\n]+(\t[^\t\n]*)+\n", "msg_" },
        { "usage --by model", @"([^\t\n]+(\t[^\t\n]*)+\n)+", "PICTURES" },
        { "keys", @"([^\t\n]+(\t[^\t\n]*)+\n)+", "key_" },
        { "channels", @"nowhere(\t[^\t\n]*)+\n", "nowhere" },
        { "deliveries -n 1", @"msg_[^\t\n]+(\t[^\t\n]*)+\n", "msg_" },
        { "config", @"([a-z_]+[^\e\n]*\n)+", "environment" },
        { "doctor", @"(ok   [^\e\n]*\n)+", "ok   key" },
        { "completion bash", @"_pictor\(\) \{[^\e]+\n", "complete -o default" },
    };

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Stdout_has_results_only_in_a_pipe_objects_with_json_and_people_read_it_at_a_terminal(string words, string all, string shown)
    {
        // Each has a folder of its own: two batches do not write one manifest.
        var pipe = scene.User.BashAsync("pictor " + scene.Filled(words).Replace("b/", "b-pipe/", StringComparison.Ordinal));
        var json = scene.User.BashAsync($"pictor {scene.Filled(words).Replace("b/", "b-json/", StringComparison.Ordinal)} --json");
        var terminal = await scene.User.TerminalAsync("pictor " + scene.Filled(words));
        terminal.ExitCode.ShouldBe(0, terminal.Output);
        terminal.Output.ShouldContain(scene.Filled(shown));
        terminal.Output.ShouldNotContain('\t');
        var run = await pipe;
        run.ExitCode.ShouldBe(0, run.Errors);
        run.Output.ShouldMatch($"^{scene.Filled(all).Replace("b/", "b-pipe/", StringComparison.Ordinal)}$");
        run.Errors.ShouldNotContain(Escape);
        run.Errors.ShouldNotContain('\r');
        var lines = (await json).Lines();
        lines.ShouldNotBeEmpty();
        if (!words.StartsWith("completion", StringComparison.Ordinal))
        {
            lines.Select(line => JsonDocument.Parse(line).RootElement.ValueKind).ShouldAllBe(kind => kind == JsonValueKind.Object);
        }
    }

    [Theory]
    [InlineData("generate x -m sandbox -o p/")]
    [InlineData("batch jobs.csv -m sandbox --again -o p/")]
    public async Task Progress_moves_on_stderr_and_only_at_a_terminal(string words)
    {
        var moving = await scene.User.TerminalAsync($"pictor {words} >out.txt");
        moving.ExitCode.ShouldBe(0, moving.Output);
        moving.Output.ShouldContain("\r\e[K");
        (await File.ReadAllLinesAsync(scene.User.PathOf("out.txt"))).ShouldAllBe(line => Regex.IsMatch(line, @"^p/.*\.png$"));

        // stdout at the terminal and stderr not: no line moves.
        var still = await scene.User.TerminalAsync($"{{ pictor {words} 2>&1 >&3 | cat >err.txt; }} 3>&1");
        still.Output.ShouldNotContain(Escape);
        (await File.ReadAllTextAsync(scene.User.PathOf("err.txt"))).ShouldNotContain(Escape);
        (await scene.User.TerminalAsync($"pictor {words} --quiet >out.txt")).Output.ShouldNotContain(Escape);
    }

    [Theory]
    [InlineData("generate x -m sandbox -o f/", 1)]
    [InlineData("batch jobs.csv -m sandbox --again -o f/", 2)]
    public async Task A_stderr_that_takes_nothing_ends_nothing(string words, int pictures) =>
        (await scene.User.BashAsync($"pictor {words} 2>/dev/full")).Lines().Length.ShouldBe(pictures);

    [Fact]
    public async Task Colours_are_for_terminals_and_NO_COLOR_takes_them_away()
    {
        (await scene.User.TerminalAsync("pictor models nothing")).Output.ShouldContain("\e[31m");
        (await scene.User.TerminalAsync("NO_COLOR=1 pictor models nothing")).Output.ShouldNotContain("\e[3");
        (await scene.User.TerminalAsync("TERM=dumb pictor models nothing")).Output.ShouldNotContain(Escape);
        (await scene.User.RunAsync("models", "nothing")).Errors.ShouldNotContain(Escape);
    }

    [Theory]
    [InlineData("TERM=xterm-kitty", "", "\e_Gf=100,a=T")]
    [InlineData("TERM_PROGRAM=WezTerm", "", "\e_Gf=100,a=T")]
    [InlineData("TERM_PROGRAM=iTerm.app", "", "\e]1337;File=inline=1;")]
    [InlineData("TERM=foot", "", "\eP0;1;0q\"1;1;")]
    [InlineData("TERM=xterm-256color", "\e[?62;4;22c", "\eP0;1;0q\"1;1;")]
    [InlineData("TERM=xterm-256color", "\e[?62;22c", "\e[38;2;")]
    [InlineData("TERM=xterm-256color", "", "\e[38;2;")]
    [InlineData("TMUX=/tmp/x TERM=tmux-256color", "", "\e[38;2;")]
    public async Task Shows_a_picture_as_the_terminal_takes_it(string terminal, string answers, string start)
    {
        var shown = await scene.User.TerminalAsync($"{terminal} pictor generate x -m sandbox --size 64x64 -o s/ --show 2>/dev/null", answers);
        shown.ExitCode.ShouldBe(0, shown.Output);
        shown.Output.ShouldContain(start);
        string[] others = ["\e_G", "\e]1337", "\eP0;1", "\e[38;2;"];
        others.Where(other => !start.StartsWith(other, StringComparison.Ordinal)).ShouldAllBe(other => !shown.Output.Contains(other, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Shows_nothing_in_a_pipe_and_by_the_setting_where_it_says_so()
    {
        (await scene.User.BashAsync("TERM=xterm-kitty pictor generate x -m sandbox --size 64x64 -o s/ --show")).Output.ShouldNotContain(Escape);
        (await scene.User.TerminalAsync("PICTOR_SHOW=blocks pictor generate x -m sandbox --size 64x64 -o s/ 2>/dev/null")).Output.ShouldContain("▀");
    }

    [Theory]
    [InlineData(0, "models")]
    [InlineData(1, "generate x -m sandbox --base-url http://127.0.0.1:1")]
    [InlineData(1, "generate '[sandbox: fail=refused]' -m sandbox")]
    [InlineData(2, "generate x --no-such-option")]
    [InlineData(2, "modles")]
    [InlineData(3, "generate '[sandbox: fail=moderated]' -m sandbox")]
    [InlineData(4, "generate x --api-key wrong")]
    [InlineData(5, "batch half.csv -m sandbox -o h/ --again")]
    [InlineData(6, "generate x -m flux-kontext-pro --api-key POOR")]
    public async Task Ends_with_the_documented_code(int code, string words)
    {
        var run = await scene.User.RunAsync(["-q", .. Words().Matches(scene.Filled(words)).Select(word => word.Value.Trim('\''))]);
        run.ExitCode.ShouldBe(code, run.Errors);
        run.Errors.ShouldNotContain(Escape);
        (run.Errors.Length > 0).ShouldBe(code != 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Listen_forwards_what_ends_while_it_listens(bool isTerminal)
    {
        const string Listen = "pictor listen --exit-after 1 --forward-to 127.0.0.1:1";
        var listening = isTerminal ? scene.User.TerminalAsync(Listen) : scene.User.BashAsync(Listen);

        // What ends before the gateway listens is history: one is made until one is told.
        await Poll.UntilAsync(
            async () =>
            {
                using var made = await scene.Gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" });
                return listening.IsCompleted;
            },
            TimeSpan.FromSeconds(60),
            "a told end");
        var run = await listening;
        run.ExitCode.ShouldBe(0, run.Output + run.Errors);
        run.Output.ShouldMatch(@"image\.generation\.succeeded gen_\w+ → nothing answers there");
    }

    [GeneratedRegex("'[^']*'|\\S+")]
    private static partial Regex Words();

    /// <summary>A gateway where something has happened, and a folder with something in it.</summary>
    public sealed class Scene(SharedGateway shared) : IAsyncLifetime
    {
        private string _job = "";
        private string _poor = "";

        internal CliUser User { get; } = new(shared.Gateway.Address);

        internal GatewayProcess Gateway => shared.Gateway;

        public async ValueTask InitializeAsync()
        {
            Directory.CreateDirectory(User.PathOf("p"));
            foreach (var name in (string[])["a.png", "b.png"])
            {
                await File.WriteAllBytesAsync(User.PathOf(name), Pixels.Solid(64, 48, PictureFormat.Png));
            }

            User.Write("jobs.csv", "prompt\none\ntwo\n");
            User.Write("half.csv", "prompt,seed\none,1\ntwo,x\n");
            using var made = await Gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", webhook_url = "http://127.0.0.1:9/hook" });
            _job = (await made.JsonAsync()).Text("id");
            using var key = await Gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "poor", budget = new { amount = "0.01" } });
            _poor = (await key.JsonAsync()).Text("key");
            using var channel = await Gateway.Client.PostAsJsonAsync("/admin/channels", new { id = "nowhere", provider = "openai", base_url = "http://127.0.0.1:9/v1", credential = "x", models = "nowhere-at-all", enabled = false });
            channel.EnsureSuccessStatusCode();
        }

        public async ValueTask DisposeAsync()
        {
            (await Gateway.Client.DeleteAsync("/admin/channels/nowhere")).Dispose();
            User.Dispose();
        }

        internal string Filled(string text) => text.Replace("JOB", _job, StringComparison.Ordinal).Replace("POOR", _poor, StringComparison.Ordinal);
    }
}
