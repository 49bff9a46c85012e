using Pictor.Verbs;

namespace Pictor.Tests.Verbs;

public sealed class VerbListTests
{
    [Theory]
    [InlineData("docter")]
    [InlineData("start")]
    public void A_word_that_is_no_verb_starts_no_gateway(string word) =>
        Should.Throw<InvalidOperationException>(() => VerbList.Find([word])).Message.ShouldContain("--help");

    [Theory]
    [InlineData("--urls=http://127.0.0.1:5081")]
    [InlineData("--urls", "http://127.0.0.1:5081")]
    [InlineData("/Pictor:Data=data")]
    [InlineData("Pictor:Data=data")]
    [InlineData]
    public void Settings_start_the_gateway(params string[] args) => VerbList.Find(args).ShouldBeNull();

    [Fact]
    public async Task The_help_names_every_verb()
    {
        var told = await RunAsync("--help");
        foreach (var verb in new[] { "settings", "doctor", "ledger verify", "storage move", "--version" })
        {
            told.ShouldContain("Pictor " + verb);
        }

        (await RunAsync("--version")).Trim().ShouldMatch(@"^\d+\.\d+\.\d+");
    }

    [Fact]
    public async Task The_settings_that_hold_are_printed_with_their_source_and_without_secrets()
    {
        var told = await RunAsync("settings", "--Pictor:Jobs:Concurrent=7", "--Pictor:Channels:eu:Credential=canary-credential", "--Pictor:Storage:PostgreSql=Host=db;Password=canary-password", "--Pictor:Assets:S3:SecretKey=file:/run/secrets/s3", "--PICTOR_MASTER_KEY=canary-master");
        told.ShouldNotContain("canary");
        told.ShouldMatch(@"(?m)^Pictor:Jobs:Concurrent +7 +command line$");
        told.ShouldMatch(@"(?m)^Pictor:Jobs:StopTime +00:05:30 +default$");
        told.ShouldMatch(@"(?m)^Pictor:Channels:eu:Credential +\(set\) +command line$");
        told.ShouldMatch(@"(?m)^Pictor:Assets:S3:SecretKey +file:/run/secrets/s3 +command line$");
    }

    private static async Task<string> RunAsync(params string[] args)
    {
        var told = new StringWriter();
        (await VerbList.Find(args)!(args[1..], told, CancellationToken.None)).ShouldBe(0);
        return told.ToString();
    }
}
