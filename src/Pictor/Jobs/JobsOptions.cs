using Microsoft.Extensions.Options;

namespace Pictor.Jobs;

/// <summary>How long and how many. Section <c>Pictor:Jobs</c>.</summary>
internal sealed class JobsOptions
{
    public const string Section = "Pictor:Jobs";

    /// <summary>Jobs that run at once in this process; the others wait in the table.</summary>
    public int Concurrent { get; set; } = 512;

    /// <summary>The time a job has from acceptance to its end.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>How long a blocking call is held before it gets a 504 that names the job.</summary>
    public TimeSpan LongestCall { get; set; } = TimeSpan.FromSeconds(600);

    /// <summary>After a stop signal: how long the listener stays open while readiness already says no.</summary>
    public TimeSpan StopNotice { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often calls are looked at whose job ended without them.</summary>
    public TimeSpan CollectEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after its start a call is still looked at.</summary>
    public TimeSpan CollectFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>After a stop signal: how long running jobs may go on.</summary>
    public TimeSpan StopTime { get; set; } = TimeSpan.FromSeconds(330);
}

/// <summary>Finds mistakes in <see cref="JobsOptions"/> at start.</summary>
internal sealed class JobsOptionsValidator : IValidateOptions<JobsOptions>
{
    public ValidateOptionsResult Validate(string? name, JobsOptions options)
    {
        var mistakes = new List<string>();
        Check(options.Concurrent is >= 1 and <= 100_000, "Concurrent", "1 to 100000");
        Check(options.Deadline > TimeSpan.Zero && options.Deadline <= TimeSpan.FromDays(1), "Deadline", "more than 0 and at most 24 hours");
        Check(options.LongestCall > TimeSpan.Zero && options.LongestCall <= TimeSpan.FromHours(1), "LongestCall", "more than 0 and at most 1 hour");
        Check(options.StopNotice >= TimeSpan.Zero && options.StopNotice <= TimeSpan.FromMinutes(1), "StopNotice", "0 to 1 minute");
        Check(options.CollectEvery > TimeSpan.Zero && options.CollectEvery <= TimeSpan.FromDays(1), "CollectEvery", "more than 0 and at most 24 hours");
        Check(options.CollectFor > TimeSpan.Zero, "CollectFor", "more than 0");
        Check(options.StopTime >= TimeSpan.Zero && options.StopTime <= TimeSpan.FromHours(1), "StopTime", "0 to 1 hour");
        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);

        void Check(bool holds, string setting, string range)
        {
            if (!holds)
            {
                mistakes.Add($"Pictor:Jobs:{setting} must be {range}.");
            }
        }
    }
}
