using Microsoft.Extensions.Options;

namespace Pictor.Verbs;

/// <summary><c>Pictor doctor</c>: looks at everything that a gateway with these settings stands on, beside a running one or without it, and changes nothing.</summary>
internal static class DoctorVerb
{
    /// <param name="args">Settings as the gateway takes them: <c>--Pictor:Data=…</c>; also <c>--data FOLDER</c>.</param>
    /// <param name="output">One line for each check.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>0 when nothing is broken, 1 when something is.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        string[] settings = args is ["--data", var folder, .. var rest] ? [$"--Pictor:Data={folder}", .. rest] : args;
        await using var app = Gateway.Build(settings);
        var checks = new DoctorChecks(app.Services);
        var broken = 0;
        foreach (var (name, check) in checks.All)
        {
            var finding = await LookAsync(check, cancellationToken);
            broken += finding.Verdict == Verdict.Broken ? 1 : 0;
            await output.WriteLineAsync($"{Word(finding.Verdict)} {name,-15} {finding.Text}");
        }

        await output.WriteLineAsync(broken == 0 ? "Nothing is broken." : $"{broken} of {checks.All.Count} are broken.");
        return broken == 0 ? 0 : 1;
    }

    private static async Task<Finding> LookAsync(Func<CancellationToken, Task<Finding>> check, CancellationToken cancellationToken)
    {
        try
        {
            return await check(cancellationToken);
        }
        catch (OptionsValidationException mistakes)
        {
            return Finding.Broken(string.Join(' ', mistakes.Failures));
        }
        catch (AggregateException several)
        {
            return Finding.Broken(string.Join(' ', several.Flatten().InnerExceptions.Select(fault => fault.Message)));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return Finding.Broken(fault.Message);
        }
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Fine => "ok    ",
        Verdict.Doubtful => "warn  ",
        _ => "broken",
    };
}

/// <summary>What a check says.</summary>
internal enum Verdict
{
    Fine,

    /// <summary>It works, but somebody should know.</summary>
    Doubtful,

    Broken,
}

/// <summary>What was found.</summary>
internal sealed record Finding(Verdict Verdict, string Text)
{
    public static Finding Fine(string text) => new(Verdict.Fine, text);

    public static Finding Doubtful(string text) => new(Verdict.Doubtful, text);

    public static Finding Broken(string text) => new(Verdict.Broken, text);
}
