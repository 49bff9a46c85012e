using System.CommandLine;

namespace Pictor.Cli.Commands;

/// <summary><c>pictor completion bash|zsh|fish|pwsh</c>: prints the script that a shell loads.</summary>
internal static class CompletionCommand
{
    // The parser answers [suggest:POSITION] "LINE" with one suggestion a line.
    private const string Bash = """
        _pictor() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(pictor "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _pictor pictor
        """;

    private const string Zsh = """
        #compdef pictor
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
        _pictor() {
          local -a found
          found=("${(@f)$(pictor "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          (( ${#found} )) && compadd -- $found || _files
        }
        compdef _pictor pictor
        """;

    private const string Fish = """
        complete -c pictor -a '(set -l line (commandline -cp); pictor "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName pictor -ScriptBlock {
          param($word, $line, $position)
          pictor "[suggest:$position]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
          }
        }
        """;

    public static Command Create(Verbs verbs)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish, pwsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        return verbs.Verb(new Command("completion", "Print a shell's completion script: source <(pictor completion bash)") { shell }, session =>
        {
            session.Screen.Result(session.Line.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                _ => PowerShell,
            });
            return ExitCode.Ok;
        });
    }
}
