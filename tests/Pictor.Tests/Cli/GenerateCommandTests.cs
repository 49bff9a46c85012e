using System.Text.Json;
using Pictor.Imaging;

namespace Pictor.Tests.Cli;

public sealed class GenerateCommandTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly Uri _address = running.Gateway.Address;

    [Fact]
    public async Task Prints_the_path_of_each_picture_and_nothing_else()
    {
        using var cli = new CliRun(_address);
        var run = await cli.RunAsync("generate", "a cat", "-m", "flux-kontext-pro", "--ratio", "16:9", "--seed", "42", "-n", "2", "-o", "out/");
        run.Code.ShouldBe(0, run.Error);
        run.Lines.ShouldBe(["out/a-cat.jpg", "out/a-cat-2.jpg"]);
        var header = PictureProbe.Read(cli.PathOf("out/a-cat.jpg"), PictureLimits.Default);
        ((double)header.Width / header.Height).ShouldBe(16.0 / 9, 0.05);
        Directory.EnumerateFileSystemEntries(cli.PathOf("out")).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Needs_no_verb_and_takes_the_form_of_the_old_script_with_its_env_file()
    {
        using var cli = new CliRun(key: null);
        cli.Write(".env", $"# relay\nNEW_API_BASE_URL={_address}\nexport NEW_API_KEY=\"{TestGateway.AdminKey}\"\nIMAGE_MODEL=flux-kontext-pro\nIMAGE_N=2\nREQUEST_TIMEOUT=60\n");
        var run = await cli.RunAsync("--prompt", "a cat", "--size", "1024x1024", "--quality", "high", "--timeout", "120");
        run.Code.ShouldBe(0, run.Error);
        run.Lines.ShouldBe(["outputs/a-cat.jpg", "outputs/a-cat-2.jpg"]);
        run.Error.ShouldContain("warning: quality");
    }

    [Fact]
    public async Task Writes_a_json_line_for_each_picture_on_demand()
    {
        using var cli = new CliRun(_address);
        var run = await cli.RunAsync("a cat", "-m", "flux-kontext-pro", "--seed", "7", "--json");
        var line = JsonDocument.Parse(run.Lines.ShouldHaveSingleItem()).RootElement;
        line.Text("path").ShouldBe("outputs/a-cat.jpg");
        line.GetProperty("seed").GetInt64().ShouldBe(7);
        line.Text("job").ShouldStartWith("gen_");
        line.Text("sha256").Length.ShouldBe(64);
        line.GetProperty("bytes").GetInt64().ShouldBe(new FileInfo(cli.PathOf("outputs/a-cat.jpg")).Length);
    }

    [Theory]
    [InlineData("-")]
    [InlineData(null)]
    public async Task Reads_the_prompt_from_stdin(string? word)
    {
        using var cli = new CliRun(_address);
        var run = await cli.RunAsync("a small dog\n", ["generate", .. word is null ? Array.Empty<string>() : [word], "-m", "sandbox"]);
        run.Out.ShouldStartWith("outputs/a-small-dog.");
    }

    [Fact]
    public async Task Reads_the_prompt_from_a_file()
    {
        using var cli = new CliRun(_address);
        cli.Write("p.txt", "\uFEFF一只猫\r\n");
        (await cli.RunAsync("@p.txt", "-m", "sandbox")).Out.ShouldStartWith("outputs/一只猫.");
        (await cli.RunAsync("@missing.txt", "-m", "sandbox")).Code.ShouldBe(2);
    }

    [Fact]
    public async Task Gives_each_use_its_ratio()
    {
        using var cli = new CliRun(_address);
        (await cli.RunAsync("a tree", "-m", "flux-kontext-pro", "--for", "bookmark_design", "-o", "b.jpg")).Out.ShouldBe("b.jpg\n");
        var header = PictureProbe.Read(cli.PathOf("b.jpg"), PictureLimits.Default);
        ((double)header.Width / header.Height).ShouldBe(3.0 / 7, 0.05);
    }

    [Fact]
    public async Task A_name_with_an_ending_asks_for_that_format()
    {
        using var cli = new CliRun(_address);
        (await cli.RunAsync("a tree", "-m", "flux-kontext-pro", "-o", "t.png")).Code.ShouldBe(0);
        PictureProbe.Read(cli.PathOf("t.png"), PictureLimits.Default).Format.ShouldBe(PictureFormat.Png);
    }

    [Fact]
    public async Task Never_writes_over_a_picture_whose_name_it_made_up()
    {
        using var cli = new CliRun(_address);
        (await cli.RunAsync("x y", "-m", "sandbox", "--format", "png")).Out.ShouldBe("outputs/x-y.png\n");
        (await cli.RunAsync("x y", "-m", "sandbox", "--format", "png")).Out.ShouldBe("outputs/x-y-2.png\n");
    }

    [Theory]
    [InlineData("[sandbox: fail=moderated]", 3)]
    [InlineData("[sandbox: fail=refused]", 1)]
    public async Task Ends_with_the_code_of_the_failure(string prompt, int code)
    {
        using var cli = new CliRun(_address);
        var run = await cli.RunAsync(prompt, "-m", "sandbox");
        run.Code.ShouldBe(code);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldStartWith("error: ");
    }

    [Fact]
    public async Task A_wrong_key_and_a_missing_one_end_with_4()
    {
        using var wrong = new CliRun(_address, "no-such-key");
        var run = await wrong.RunAsync("generate", "x", "--json");
        run.Code.ShouldBe(4);
        var error = JsonDocument.Parse(run.Error).RootElement.Error();
        error.Text("code").ShouldBe("invalid_api_key");
        error.Text("request_id").ShouldNotBeEmpty();
        using var missing = new CliRun(_address, key: null);
        (await missing.RunAsync("generate", "x")).Code.ShouldBe(4);
    }

    [Fact]
    public async Task A_verb_with_a_slip_does_not_become_a_picture()
    {
        using var cli = new CliRun(_address);
        var run = await cli.RunAsync("modles");
        run.Code.ShouldBe(2);
        run.Error.ShouldContain("did you mean 'models'");
    }

    [Theory]
    [InlineData("generate", "x", "--rato", "16:9")]
    [InlineData("x", "--rato", "16:9")]
    [InlineData("chat", "x", "-z")]
    [InlineData("cost", "-m", "sandbox", "--cuont=3")]
    public async Task A_slip_in_an_option_does_not_become_part_of_a_prompt(params string[] words)
    {
        using var cli = new CliRun(new Uri("http://127.0.0.1:1"));
        var run = await cli.RunAsync(words);
        run.Code.ShouldBe(2);
        run.Out.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--", "--x", "-y")]
    [InlineData("--x -y")]
    public async Task A_prompt_may_begin_with_a_dash_behind_two(params string[] words)
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        (await cli.RunAsync(["generate", .. words])).Code.ShouldBe(0);
        relay.Calls.Single().Body.Text("prompt").ShouldBe("--x -y");
    }

    [Fact]
    public async Task Does_not_wait_when_told_so()
    {
        using var cli = new CliRun(_address);
        var id = (await cli.RunAsync("a cat", "-m", "sandbox", "--async")).Lines.ShouldHaveSingleItem();
        var run = await cli.RunAsync("job", id, "--save", "-o", "later.png");
        run.Lines.ShouldBe(["later.png"]);
    }

    [Fact]
    public async Task A_folder_that_takes_no_file_is_told_before_anything_is_sent()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(relay.Address);
        cli.Write("file", "");
        var run = await cli.RunAsync("x", "-o", "file/below");
        run.Code.ShouldBe(1);
        relay.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_network_ends_with_1_and_says_where_it_looked()
    {
        using var cli = new CliRun(new Uri("http://127.0.0.1:1"));
        var run = await cli.RunAsync("x");
        run.Code.ShouldBe(1);
        run.Error.ShouldContain("http://127.0.0.1:1");
    }
}
