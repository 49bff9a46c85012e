using System.Globalization;

namespace Pictor.FakeUpstreams;

/// <summary>Takes every call of every dialect the same way: read, judged by the vendor, written down, answered, or not.</summary>
public sealed class FakeExchange(FakeUpstream fake, TimeProvider time)
{
    /// <summary>Makes an endpoint of a vendor's rules.</summary>
    /// <param name="dialect">Whose it is.</param>
    /// <param name="stage">One of <see cref="Stages"/>; <see cref="Stages.Submit"/> is the paid one.</param>
    /// <param name="judge">
    /// Calls <see cref="FakeCall.UsePrompt"/> or <see cref="FakeCall.UseTask"/> first and gives the vendor's answer to a call without a
    /// fault, or its refusal (<see cref="FakeAnswer.Refused"/>).
    /// </param>
    public RequestDelegate Endpoint(IDialect dialect, string stage, Func<FakeCall, Task<FakeAnswer>> judge) => async http =>
    {
        if (fake.TurnsAway())
        {
            http.Abort();
            return;
        }

        var call = new FakeCall(http, fake, dialect.Name, stage, fake.Faults.Take(dialect.Name, stage));
        var early = fake.Faults.Take(dialect.Name, stage + "-head");
        if (early["fault"] is not null)
        {
            Write(call, Verdicts.Cut, null);
            http.Abort();
            return;
        }

        await call.ReadAsync();
        var answer = await judge(call);
        var directives = answer.Refusal is null ? call.Directives.At(stage) : Directives.None;
        answer = Faults.Replace(answer, directives, dialect);
        if (directives["delay"] is { } delay)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(double.Parse(delay, CultureInfo.InvariantCulture)), time, http.RequestAborted);
        }

        Write(call, answer.Refusal is null ? Verdicts.Accepted : Verdicts.Refused, answer);
        await Faults.SendAsync(http, answer, directives);
    };

    /// <summary>The same for dialects whose rules need no waiting.</summary>
    public RequestDelegate Endpoint(IDialect dialect, string stage, Func<FakeCall, FakeAnswer> judge) =>
        Endpoint(dialect, stage, call => Task.FromResult(judge(call)));

    private void Write(FakeCall call, string verdict, FakeAnswer? answer)
    {
        // Pictures are fetched often and cost nothing; only what is wrong about them is worth a line.
        if (call.Stage != Stages.Picture || verdict != Verdicts.Accepted)
        {
            fake.Record.Add(call.Record(verdict, answer, time));
        }
    }
}
