using System.Net;
using System.Text.Json;
using Pictor.Imaging;

namespace Pictor.Tests.Cli;

/// <summary>Each remaining verb against the whole gateway.</summary>
public sealed class CommandsTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private readonly Uri _address = running.Gateway.Address;

    [Fact]
    public async Task Edit_and_variation_and_chat_make_pictures_from_pictures()
    {
        using var cli = new CliRun(_address);
        (await cli.RunAsync("a red circle", "-m", "flux-kontext-pro", "-o", "a.png")).Code.ShouldBe(0);
        var edit = await cli.RunAsync("edit", "a.png", "make it blue", "-m", "flux-kontext-pro", "-o", "b.png");
        edit.Code.ShouldBe(0, edit.Error);
        var two = await cli.RunAsync("edit", "a.png", "-i", "b.png", "join them", "-m", "flux-kontext-pro", "-o", "two.png");
        two.Code.ShouldBe(0, two.Error);
        var variation = await cli.RunAsync("variation", "b.png", "-m", "flux-kontext-pro", "-o", "c.png");
        variation.Code.ShouldBe(0, variation.Error);
        var chat = await cli.RunAsync("a green square\nmake it bigger\n", ["chat", "-m", "flux-kontext-pro", "-o", "chat"]);
        chat.Code.ShouldBe(0, chat.Error);
        chat.Lines.ShouldBe(["chat/a-green-square.jpg", "chat/make-it-bigger.jpg"]);
        foreach (var name in (string[])["a.png", "b.png", "c.png", "two.png", .. chat.Lines])
        {
            PictureProbe.Read(cli.PathOf(name), PictureLimits.Default).Width.ShouldBeGreaterThan(100);
        }
    }

    [Fact]
    public async Task Edits_go_to_the_main_door_where_there_is_no_other()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => http.Request.Path == "/v1/images/generations" ? FakeRelay.OnePictureAsync(http) : FakeRelay.JsonAsync(http, 404, """{"error":{"message":"Unknown path"}}"""));
        using var cli = new CliRun(relay.Address);
        await File.WriteAllBytesAsync(cli.PathOf("a.png"), Convert.FromBase64String(FakeRelay.Pixel));
        (await cli.RunAsync("edit", "a.png", "bluer", "--mask", "a.png", "-o", "b.png")).Code.ShouldBe(0);
        (await cli.RunAsync("variation", "a.png", "-o", "c.png")).Code.ShouldBe(0);
        (await cli.RunAsync("one\ntwo\n", ["chat", "-o", "chat"])).Lines.ShouldBe(["chat/one.png", "chat/two.png"]);
        var calls = relay.Calls.Where(call => call.Path == "/v1/images/generations").Select(call => call.Body).ToArray();
        calls[0].GetProperty("image").GetArrayLength().ShouldBe(1);
        calls[0].Text("mask").ShouldStartWith("data:image/png;base64,");
        calls[^1].GetProperty("image")[0].GetString().ShouldEndWith(FakeRelay.Pixel);
    }

    [Fact]
    public async Task Compose_joins_at_equal_heights()
    {
        using var cli = new CliRun(key: null);
        Picture.Solid(100, 50, 255, 0, 0).Save(cli.PathOf("a.png"), new PictureEncoding(PictureFormat.Png));
        Picture.Solid(100, 100, 0, 0, 255).Save(cli.PathOf("b.png"), new PictureEncoding(PictureFormat.Png));
        (await cli.RunAsync("compose", "a.png", "b.png", "-o", "both.jpg")).Out.ShouldBe("both.jpg\n");
        var header = PictureProbe.Read(cli.PathOf("both.jpg"), PictureLimits.Default);
        (header.Width, header.Height, header.Format).ShouldBe((300, 100, PictureFormat.Jpeg));
        (await cli.RunAsync("compose", "a.png", "nothing.png", "-o", "x.jpg")).Code.ShouldBe(2);
        (await cli.RunAsync("compose", "a.png", "b.png", "-o", "x.bmp")).Code.ShouldBe(2);
    }

    [Fact]
    public async Task Cost_tells_what_is_saved()
    {
        using var cli = new CliRun(_address);
        (await cli.RunAsync("cost", "-m", "flux-kontext-pro", "-n", "100")).Out.ShouldBe("100 × flux-kontext-pro: 3.50 USD · list price 4.00 USD · saved 0.50 USD (12.5 %)\n");
        var json = JsonDocument.Parse((await cli.RunAsync("cost", "-m", "flux-kontext-pro", "-n", "100", "--json")).Out).RootElement;
        (json.Text("cost"), json.Text("list_price"), json.Text("saved"), json.GetProperty("saved_percent").GetDecimal()).ShouldBe(("3.50", "4.00", "0.50", 12.5m));
        (await cli.RunAsync("cost", "-m", "no-such-model")).Code.ShouldBe(1);
        var refused = await cli.RunAsync("cost", "-m", "flux-kontext-pro", "--size", "1024by1024");
        (refused.Code, refused.Out).ShouldBe((1, ""));
        refused.Error.ShouldContain("size must be");
        var word = await cli.RunAsync("cost", "-m", "flux-kontext-pro", "-n", "many");
        word.Code.ShouldBe(2);
        word.Error.ShouldStartWith("error: Cannot parse argument 'many' for option '--count' as a whole number.\n");
    }

    [Fact]
    public async Task Usage_tells_rehearsed_money_from_money()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.JsonAsync(http, 200, """{"object":"list","data":[{"day":"2026-11-20","pictures":1,"cost":"0.04","list_cost":"0.04"},{"day":"2026-11-20","sandbox":true,"pictures":2,"cost":"0.08","list_cost":"0.08"}]}"""));
        using var cli = new CliRun(relay.Address);
        (await cli.RunAsync("usage")).Lines.ShouldBe(["2026-11-20\t1\t0.04\t0.04\t\t", "2026-11-20 · (sandbox)\t2\t0.08\t0.08\t\t"]);
    }

    [Theory]
    [InlineData("""{"ok":true,"tested":true}""", 0)]
    [InlineData("""{"ok":false,"tested":true,"message":"No."}""", 1)]
    public async Task A_channel_that_fails_its_test_is_a_failure_for_scripts(string answer, int code)
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.JsonAsync(http, 200, answer));
        using var cli = new CliRun(relay.Address);
        var run = await cli.RunAsync("channels", "test", "main", "--json");
        (run.Code, run.Out).ShouldBe((code, answer + "\n"));
    }

    [Fact]
    public async Task Lists_are_tabs_in_a_pipe_a_table_on_a_terminal_and_json_on_demand()
    {
        using var cli = new CliRun(_address);
        (await cli.RunAsync("models")).Lines.ShouldContain(line => line.StartsWith("flux-kontext-pro\t0.035\t0.04", StringComparison.Ordinal));
        var table = await cli.RunAsync("", ["models"], isTerminal: true);
        table.Lines[0].ShouldStartWith("MODEL");
        table.Out.ShouldNotContain("\t");
        (await cli.RunAsync("models", "--json")).Lines.Select(line => JsonDocument.Parse(line).RootElement.Text("id")).ShouldContain("flux-kontext-pro");
        JsonDocument.Parse((await cli.RunAsync("models", "flux-kontext-pro")).Out).RootElement.Text("object").ShouldBe("model");
    }

    [Fact]
    public async Task A_job_is_listed_shown_and_waited_for()
    {
        using var cli = new CliRun(_address);
        var good = (await cli.RunAsync("a cat", "-m", "sandbox", "--async")).Lines.Single();
        var bad = (await cli.RunAsync("[sandbox: fail=moderated]", "-m", "sandbox", "--async")).Lines.Single();
        (await cli.RunAsync("job", good, "--wait")).Out.ShouldContain("succeeded");
        var failed = await cli.RunAsync("job", bad, "--wait");
        failed.Code.ShouldBe(3);
        failed.Out.ShouldContain("failed");
        (await cli.RunAsync("jobs", "--status", "failed")).Out.ShouldContain(bad);
        (await cli.RunAsync("job", good, "--cancel")).Code.ShouldBe(1);
        (await cli.RunAsync("job", "gen_nothing")).Code.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_made_used_disabled_and_taken_away()
    {
        using var cli = new CliRun(_address);
        var made = await cli.RunAsync("keys", "create", "shop", "-m", "flux-kontext-pro");
        var secret = made.Lines.ShouldHaveSingleItem();
        secret.ShouldStartWith("sk-pic_");
        (await cli.RunAsync("models", "--api-key", secret)).Lines.ShouldHaveSingleItem();
        var id = made.Error.Split(' ')[0];
        (await cli.RunAsync("keys")).Out.ShouldContain(id);
        (await cli.RunAsync("keys", "disable", id)).Code.ShouldBe(0);
        (await cli.RunAsync("models", "--api-key", secret)).Code.ShouldBe(4);
        (await cli.RunAsync("keys", "delete", id)).Code.ShouldBe(0);
        (await cli.RunAsync("keys", "show", id)).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Doctor_finds_what_is_wrong()
    {
        using var cli = new CliRun(_address);
        var well = await cli.RunAsync("doctor");
        well.Code.ShouldBe(0, well.Out);
        well.Out.ShouldContain("ok   key");
        using var wrong = new CliRun(_address, "wrong");
        (await wrong.RunAsync("doctor")).Code.ShouldBe(4);
        using var nowhere = new CliRun(new Uri("http://127.0.0.1:1"));
        (await nowhere.RunAsync("doctor")).Code.ShouldBe(1);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _pictor pictor")]
    [InlineData("zsh", "#compdef pictor")]
    [InlineData("fish", "complete -c pictor")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Completion_prints_what_the_shell_loads(string shell, string part)
    {
        using var cli = new CliRun(key: null);
        (await cli.RunAsync("completion", shell)).Out.ShouldContain(part);
        (await cli.RunAsync("[suggest:10]", "pictor mod")).Lines.ShouldBe(["models"]);
    }

    [Fact]
    public async Task Doors_that_a_server_does_not_have_end_with_its_words()
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.JsonAsync(http, (int)HttpStatusCode.NotFound, """{"error":{"message":"Unknown path"}}"""));
        using var cli = new CliRun(relay.Address);
        foreach (var verb in (string[])["usage", "channels", "deliveries", "keys", "jobs", "listen"])
        {
            var run = await cli.RunAsync(verb);
            run.Code.ShouldBe(1);
            run.Error.ShouldContain("Unknown path");
        }
    }
}
