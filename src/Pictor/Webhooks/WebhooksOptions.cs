using Microsoft.Extensions.Options;

namespace Pictor.Webhooks;

/// <summary>How deliveries go out. Section <c>Pictor:Webhooks</c>.</summary>
internal sealed class WebhooksOptions
{
    public const string Section = "Pictor:Webhooks";

    /// <summary>Time for one try, from the look-up of the name to the end of the answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Tries at once to the receivers of one key that share an address.</summary>
    public int PerReceiver { get; set; } = 16;

    /// <summary>Tries at once for one key.</summary>
    public int PerKey { get; set; } = 1_000;

    /// <summary>Tries at once in all.</summary>
    public int Concurrent { get; set; } = 2_000;
}

/// <summary>Finds mistakes in <see cref="WebhooksOptions"/> at start.</summary>
internal sealed class WebhooksOptionsValidator : IValidateOptions<WebhooksOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhooksOptions options)
    {
        var mistakes = new List<string>();
        Check(options.Timeout >= TimeSpan.FromMilliseconds(100) && options.Timeout <= TimeSpan.FromMinutes(2), nameof(options.Timeout), "between 0.1 seconds and 2 minutes");
        Check(options.PerReceiver is >= 1 and <= 10_000, nameof(options.PerReceiver), "1 to 10000");
        Check(options.PerKey is >= 1 and <= 10_000, nameof(options.PerKey), "1 to 10000");
        Check(options.Concurrent is >= 1 and <= 10_000, nameof(options.Concurrent), "1 to 10000");
        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);

        void Check(bool holds, string setting, string range)
        {
            if (!holds)
            {
                mistakes.Add($"{WebhooksOptions.Section}:{setting} must be {range}.");
            }
        }
    }
}
