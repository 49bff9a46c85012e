using System.Diagnostics;

namespace Pictor.Telemetry;

/// <summary>
/// The spans of one request, from the door to the delivery. Names and attributes of a call to a vendor are those of the GenAI
/// conventions (read 2026-08), which have no image operation: as others do, it is generate_content with the output type image.
/// </summary>
internal static class GatewayTracing
{
    public const string Name = "Pictor";
    private static readonly ActivitySource Source = new(Name);

    /// <summary>The current span as it is stored with a job, so that its trace goes on after the answer and after a restart; null while nobody traces.</summary>
    public static string? Current => Activity.Current is { } span && span.Source == Source ? span.Id : null;

    /// <summary>A call at a door. The caller's own trace goes on in it.</summary>
    public static Activity? StartCall(string method, string? traceParent, string? traceState)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        // The server's own activity is not exported; nothing must hang below it.
        Activity.Current = null;
        return Source.StartActivity(method, ActivityKind.Server, ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var parent) ? parent : default);
    }

    /// <summary>The run of a job, in the trace of the call that made it.</summary>
    public static Activity? StartJob(string model, string jobId, string requestId, string? trace) =>
        Start("job " + model, ActivityKind.Internal, trace)?.SetTag("pictor.job.id", jobId).SetTag("pictor.request.id", requestId).SetTag("gen_ai.request.model", model);

    /// <summary>One try over one channel.</summary>
    public static Activity? StartAttempt(AttemptFacts facts) =>
        Source.StartActivity("generate_content " + facts.Model, ActivityKind.Client)?
            .SetTag("gen_ai.operation.name", "generate_content")
            .SetTag("gen_ai.output.type", "image")
            .SetTag("gen_ai.provider.name", facts.Provider)
            .SetTag("gen_ai.request.model", facts.Model)
            .SetTag("gen_ai.response.model", facts.UpstreamModel)
            .SetTag("gen_ai.request.choice.count", facts.Count)
            .SetTag("pictor.channel", facts.Channel)
            .SetTag("pictor.attempt", facts.Number)
            .SetTag("pictor.resumed", facts.IsResumed);

    /// <summary>One request to an upstream, without anything behind its host.</summary>
    public static Activity? StartSend(HttpRequestMessage request)
    {
        var span = Source.StartActivity(request.Method.Method, ActivityKind.Client);
        return span?.SetTag("http.request.method", request.Method.Method).SetTag("server.address", request.RequestUri?.IdnHost).SetTag("server.port", request.RequestUri?.Port);
    }

    /// <summary>A picture on its way into the store.</summary>
    public static Activity? StartStore(string jobId) => Source.StartActivity("store picture")?.SetTag("pictor.job.id", jobId);

    /// <summary>One try of a delivery, in the trace of the call that made the job.</summary>
    public static Activity? StartDelivery(string @event, string jobId, string deliveryId, string? trace) =>
        Start("deliver " + @event, ActivityKind.Producer, trace)?.SetTag("pictor.job.id", jobId).SetTag("pictor.delivery.id", deliveryId);

    /// <summary>Says how it ended; an error is named by its kind.</summary>
    public static void End(this Activity? span, string? error)
    {
        if (error is not null)
        {
            span?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
        }
    }

    private static Activity? Start(string name, ActivityKind kind, string? trace)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        Activity.Current = null;
        return Source.StartActivity(name, kind, ActivityContext.TryParse(trace, null, isRemote: true, out var parent) ? parent : default);
    }
}

/// <summary>What is told of an attempt; never a prompt.</summary>
/// <param name="Model">The public name.</param>
/// <param name="UpstreamModel">The vendor's name.</param>
/// <param name="Provider">The vendor's dialect.</param>
/// <param name="Channel">The channel's id.</param>
/// <param name="Number">1 for the job's first.</param>
/// <param name="Count">How many pictures it is to make.</param>
/// <param name="IsResumed">True when a former process started it.</param>
internal sealed record AttemptFacts(string Model, string UpstreamModel, string Provider, string Channel, int Number, int Count, bool IsResumed);
