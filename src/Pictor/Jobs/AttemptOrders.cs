using Pictor.Assets;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Providers;
using Pictor.Routing;

namespace Pictor.Jobs;

/// <summary>Writes a job down as the attempt loop wants it: with its inputs as local files.</summary>
internal sealed partial class AttemptOrders(InputStore inputs, JobStore jobs, JobPartials partials, JobSignals signals, ILogger<AttemptOrders> log)
{
    public AttemptOrder Of(Job job) => new()
    {
        JobId = job.Id,
        Request = job.Request,
        PerCall = job.PerCall ?? job.Request.N,
        References = [.. job.Request.References.Select(reference => Input(job, reference)).OfType<ReferencePicture>()],
        Mask = job.Request.Mask is { } mask ? Input(job, mask) : null,
        Progress = progress => _ = TellAsync(job.Id, progress),
        PartialImages = partials.Wanted(job.Id),
        Partial = image => partials.Tell(job.Id, image),
    };

    private async Task TellAsync(string jobId, int progress)
    {
        try
        {
            await jobs.SetProgressAsync(jobId, progress, CancellationToken.None);
            signals.Changed(jobId);
        }
        catch (GatewayException fault)
        {
            // Nobody waits for it: the next one is written in its place.
            Log.NotTold(log, fault, jobId);
        }
    }

    // Null for what is still behind a link, or gone with the end of its job.
    private ReferencePicture? Input(Job job, ReferenceImage reference)
    {
        if (reference is not { InputId: { } inputId, Size: { } size } || new FileInfo(inputs.PathOf(job.Id, inputId)) is not { Exists: true } file)
        {
            return null;
        }

        return new ReferencePicture(file.FullName, OutputFormats.Parse(file.Extension[1..]).MediaType(), size, file.Length, reference.Link);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The progress of job {JobId} could not be written.")]
        public static partial void NotTold(ILogger logger, Exception fault, string jobId);
    }
}
