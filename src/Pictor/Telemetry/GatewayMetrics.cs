using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Pictor.Telemetry;

/// <summary>Everything that is counted. Labels are models, channels, operations and classes of status: never a key, a prompt or a link.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    public const string Name = "Pictor";
    private static readonly InstrumentAdvice<double> Calls = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600] };
    private static readonly InstrumentAdvice<double> Upstreams = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 180, 300, 600] };
    private static readonly string[] Classes = ["1xx", "2xx", "3xx", "4xx", "5xx"];
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestTime;
    private readonly Histogram<double> _upstreamTime;
    private readonly Histogram<double> _operationTime;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _jobs;
    private readonly Counter<long> _images;
    private readonly Counter<double> _cost;
    private readonly Counter<long> _deliveries;
    private long _requestsNow;
    private long _jobsNow;

    public GatewayMetrics()
    {
        Meter = new Meter(Name);
        _requests = Meter.CreateCounter<long>("pictor.requests", null, "Calls that were answered.");
        _requestTime = Meter.CreateHistogram("pictor.request.duration", "s", "Time from a call to the end of its answer.", null, Calls);
        _upstreamTime = Meter.CreateHistogram("pictor.upstream.duration", "s", "Time of one attempt over a channel, until its pictures were stored or it failed.", null, Upstreams);
        _operationTime = Meter.CreateHistogram("gen_ai.client.operation.duration", "s", "The same under the name of the GenAI conventions.", null, Upstreams);
        _retries = Meter.CreateCounter<long>("pictor.retries", null, "Attempts behind the first one of a part of a job.");
        _jobs = Meter.CreateCounter<long>("pictor.jobs", null, "Jobs that ended.");
        _images = Meter.CreateCounter<long>("pictor.images", null, "Pictures that were delivered.");
        _cost = Meter.CreateCounter<double>("pictor.cost", "usd", "What was charged; the ledger has it exactly.");
        _deliveries = Meter.CreateCounter<long>("pictor.webhook.deliveries", null, "Tries of deliveries, by what came of them.");
        Watch("pictor.in_flight", null, "What is going on now.", () => [new(Interlocked.Read(ref _requestsNow), Label("kind", "requests")), new(Interlocked.Read(ref _jobsNow), Label("kind", "jobs"))]);
        var version = typeof(GatewayMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
        Watch("pictor.build.info", null, "1, with the version.", () => [new(1, Label("version", version))]);
    }

    public Meter Meter { get; }

    /// <summary>A label with its value.</summary>
    public static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    /// <summary>Something that is looked at whenever somebody asks.</summary>
    public void Watch(string name, string? unit, string description, Func<IEnumerable<Measurement<double>>> look) =>
        Meter.CreateObservableGauge(name, look, unit, description);

    public void CallBegan() => Interlocked.Increment(ref _requestsNow);

    /// <param name="operation">Method and route as they are registered.</param>
    /// <param name="model">Empty where no job was made.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="time">Until the answer was written.</param>
    public void CallEnded(string operation, string model, int status, TimeSpan time)
    {
        Interlocked.Decrement(ref _requestsNow);
        var tags = new TagList { Label("operation", operation), Label("model", model), Label("status", Classes[Math.Clamp((status / 100) - 1, 0, 4)]) };
        _requests.Add(1, tags);
        _requestTime.Record(time.TotalSeconds, tags);
    }

    public void JobBegan() => Interlocked.Increment(ref _jobsNow);

    public void JobLeft() => Interlocked.Decrement(ref _jobsNow);

    /// <param name="facts">The attempt.</param>
    /// <param name="isRetry">Another channel was asked before.</param>
    /// <param name="error">The kind of its error; null when it delivered.</param>
    /// <param name="time">From its start to its end.</param>
    public void AttemptEnded(AttemptFacts facts, bool isRetry, string? error, TimeSpan time)
    {
        // It may have begun in another process, so it is told by the clock, and that may have been set back.
        time = time < TimeSpan.Zero ? TimeSpan.Zero : time;
        _upstreamTime.Record(time.TotalSeconds, Label("model", facts.Model), Label("channel", facts.Channel), Label("outcome", error ?? "delivered"));
        var tags = new TagList { Label("gen_ai.operation.name", "generate_content"), Label("gen_ai.provider.name", facts.Provider), Label("gen_ai.request.model", facts.Model) };
        if (error is not null)
        {
            tags.Add("error.type", error);
        }

        _operationTime.Record(time.TotalSeconds, tags);
        if (isRetry)
        {
            _retries.Add(1, Label("model", facts.Model), Label("channel", facts.Channel));
        }
    }

    /// <param name="ended">The job's end, as it is on the disk.</param>
    public void JobEnded(EndedFacts ended)
    {
        _jobs.Add(1, Label("model", ended.Model), Label("status", ended.Status), Label("error", ended.Error ?? ""));
        if (ended.Images > 0)
        {
            _images.Add(ended.Images, Label("model", ended.Model), Label("channel", ended.Channel));
            _cost.Add(ended.Micros / 1e6, Label("model", ended.Model), Label("channel", ended.Channel), Label("sandbox", ended.IsSandbox ? "true" : "false"));
        }
    }

    /// <param name="outcome"><c>delivered</c>, <c>retried</c> or <c>failed</c>.</param>
    public void Delivered(string outcome) => _deliveries.Add(1, Label("outcome", outcome));

    public void Dispose() => Meter.Dispose();
}

/// <summary>What is counted of a job's end.</summary>
internal readonly record struct EndedFacts(string Model, string Status, string? Error, string Channel, int Images, long Micros, bool IsSandbox);
