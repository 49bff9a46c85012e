using Pictor.Cli;
using Pictor.Cli.Settings;

namespace Pictor.Tests.Cli;

public sealed class SettingsTests
{
    [Fact]
    public async Task A_flag_goes_before_the_environment_before_the_env_file_before_the_settings_file()
    {
        using var cli = new CliRun(key: null);
        (await cli.RunAsync("config", "set", "model", "from-file")).Code.ShouldBe(0);
        (await ModelAsync()).ShouldContain("from-file");
        cli.Write(".env", "IMAGE_MODEL=from-env-file");
        (await ModelAsync()).ShouldContain("from-env-file");
        cli.Set("IMAGE_MODEL", "from-environment");
        (await ModelAsync()).ShouldContain("from-environment");
        cli.Set("PICTOR_MODEL", "ours");
        (await ModelAsync()).ShouldContain("ours");
        (await cli.RunAsync("config", "--base-url", "https://flag.example/v1")).Lines[0].ShouldContain("flag.example");

        async Task<string> ModelAsync() => (await cli.RunAsync("config")).Lines.Single(line => line.StartsWith("model", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_for_one_place_is_not_sent_to_another()
    {
        using var cli = new CliRun(key: null);
        cli.Set("OPENAI_API_KEY", "sk-of-openai-itself");
        cli.Write(".env", "NEW_API_BASE_URL=https://relay.example\nNEW_API_KEY=sk-of-the-relay-0001\n");
        (await cli.RunAsync("config")).Lines[1].ShouldContain("NEW_API_KEY");
    }

    [Theory]
    [InlineData("OPENAI_API_KEY", "sk-of-openai-itself", "of-the-relay", true)]
    [InlineData("NEW_API_KEY", "sk-of-the-environment", "of-the-environment", false)]
    public async Task A_key_of_the_environment_that_is_not_sent_is_told(string variable, string value, string sent, bool isTold)
    {
        await using var relay = await FakeRelay.StartAsync((http, _) => FakeRelay.OnePictureAsync(http));
        using var cli = new CliRun(key: null);
        cli.Set(variable, value);
        cli.Write(".env", $"NEW_API_BASE_URL={relay.Address}\nNEW_API_KEY=sk-of-the-relay-0001\n");
        var run = await cli.RunAsync("generate", "a cat");

        relay.Calls.ShouldNotBeEmpty();
        relay.Calls.ShouldAllBe(call => call.Headers.Authorization.ToString().Contains(sent));
        run.Error.Contains($"{variable} from environment is for another address", StringComparison.Ordinal).ShouldBe(isTold, run.Error);
    }

    [Fact]
    public async Task A_kept_key_is_readable_by_its_owner_only_and_is_never_shown()
    {
        using var cli = new CliRun(key: null);
        (await cli.RunAsync("sk-very-secret-key-1234\n", ["config", "set", "api_key", "-"])).Code.ShouldBe(0);
        var run = await cli.RunAsync("config");
        run.Out.ShouldContain("sk-v…1234");
        run.Out.ShouldNotContain("secret");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(cli.PathOf("settings.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        (await cli.RunAsync("config", "unset", "api_key")).Code.ShouldBe(0);
        (await cli.RunAsync("config")).Out.ShouldNotContain("sk-v");
    }

    [Theory]
    [InlineData("http://localhost:5080", "http://localhost:5080/v1/")]
    [InlineData("http://localhost:5080/v1/", "http://localhost:5080/v1/")]
    [InlineData("https://relay.example/v1/v1", "https://relay.example/v1/")]
    [InlineData("https://relay.example/v1/images/generations", "https://relay.example/v1/")]
    [InlineData("relay.example/api", "https://relay.example/api/v1/")]
    [InlineData("https://relay.example/v1beta", "https://relay.example/v1beta/")]
    [InlineData("127.0.0.1:5080", "http://127.0.0.1:5080/v1/")]
    public void An_address_is_brought_into_form(string pasted, string expected) => Address.Parse(pasted).V1.ToString().ShouldBe(expected);

    [Theory]
    [InlineData("ftp://relay.example")]
    [InlineData("http://")]
    public void Anything_else_is_no_address(string pasted) => Should.Throw<CliException>(() => Address.Parse(pasted)).ExitCode.ShouldBe(2);

    [Fact]
    public void An_env_file_is_read_as_shells_read_it()
    {
        var values = DotEnvFile.Parse(["\uFEFFA=1", "# no", "export B = 'two # 2' # note", "C=\"a=b\"", "D=x # note", "broken", "=y", "E="]);
        values.ShouldBe(new Dictionary<string, string> { ["A"] = "1", ["B"] = "two # 2", ["C"] = "a=b", ["D"] = "x", ["E"] = "" }, ignoreOrder: true);
    }
}
