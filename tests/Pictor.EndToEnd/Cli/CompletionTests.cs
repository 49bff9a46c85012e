namespace Pictor.EndToEnd.Cli;

/// <summary>The completion scripts, each loaded by the shell it is for.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly CliUser _user = new(server: null);

    public void Dispose() => _user.Dispose();

    [Theory]
    [InlineData("pictor gene", "generate")]
    [InlineData("pictor completion zs", "zsh")]
    public async Task Bash_completes(string typed, string expected)
    {
        var run = await _user.BashAsync($$"""
            source <(pictor completion bash)
            COMP_LINE='{{typed}}' COMP_POINT={{typed.Length}} COMP_WORDS=({{typed}}) COMP_CWORD={{typed.Count(letter => letter == ' ')}}
            _pictor
            printf "%s\n" "${COMPREPLY[@]}"
            """);
        run.Output.ShouldBe(expected + "\n", run.Errors);
    }

    [Theory]
    [InlineData("pictor gene", "generate")]
    [InlineData("pictor completion zs", "zsh")]
    public async Task Fish_completes(string typed, string expected)
    {
        var run = await _user.BashAsync($"""fish --no-config -c 'pictor completion fish | source; complete -C "{typed}"'""");
        run.Output.ShouldBe(expected + "\n", run.Errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("autoload -Uz compinit && compinit -i;")]
    public async Task Zsh_completes_whether_or_not_its_completions_were_set_up(string before)
    {
        _user.Write("type.zsh", $$"""
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "PS1=; {{before}} source <(pictor completion zsh); print REA''DY"
            zpty -r shell said '*READY*'
            zpty -n -w shell $'pictor gene\t'
            zpty -r shell found '*pictor generate*'
            print -r -- "completed"
            zpty -d shell
            """);
        var run = await _user.BashAsync("zsh -f type.zsh");
        run.Output.ShouldBe("completed\n", run.Errors);
    }
}
