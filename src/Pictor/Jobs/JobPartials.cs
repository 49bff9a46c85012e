using System.Collections.Concurrent;
using System.Threading.Channels;
using Pictor.Assets;
using Pictor.Imaging;
using Pictor.Providers;

namespace Pictor.Jobs;

/// <summary>
/// Hands unfinished pictures of running jobs to the calls that made them. Only a hint, in this process only: a job is the same
/// with and without somebody who looks.
/// </summary>
internal sealed partial class JobPartials(ILogger<JobPartials> log)
{
    private readonly ConcurrentDictionary<string, Feed> _feeds = new(StringComparer.Ordinal);

    /// <summary>To be called before the job can run.</summary>
    /// <returns>Ends when the job does; whoever reads disposes what it reads.</returns>
    public ChannelReader<PartialPicture> Want(string jobId, int count)
    {
        var feed = _feeds.GetOrAdd(jobId, _ => new Feed(count, Channel.CreateBounded<PartialPicture>(
            new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }, dropped => dropped.Dispose())));
        return feed.Channel.Reader;
    }

    /// <summary>How many unfinished states of each picture somebody wants to see.</summary>
    public int Wanted(string jobId) => _feeds.TryGetValue(jobId, out var feed) ? feed.Count : 0;

    /// <summary>Takes one from a provider. Its file is cleaned as every picture is, and stays readable after it is deleted.</summary>
    public void Tell(string jobId, PartialImage image)
    {
        if (!_feeds.TryGetValue(jobId, out var feed))
        {
            return;
        }

        try
        {
            var clean = image.File + ".clean";
            var header = PictureCleaner.Clean(image.File, clean, PictureLimits.Default, CancellationToken.None);
            var picture = new PartialPicture(image.Index, new(header.Width, header.Height), header.Format.ToOutput(), Open(clean));
            if (!feed.Channel.Writer.TryWrite(picture))
            {
                picture.Dispose();
            }
        }
        catch (Exception fault) when (fault is PictureException or IOException)
        {
            Log.NotShown(log, fault, jobId);
        }
    }

    /// <summary>The job has ended, or nobody looks any more.</summary>
    public void Close(string jobId)
    {
        if (_feeds.TryRemove(jobId, out var feed))
        {
            feed.Channel.Writer.TryComplete();
        }
    }

    private static FileStream Open(string path) =>
        new(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0, Share = FileShare.Read | FileShare.Delete });

    private sealed record Feed(int Count, Channel<PartialPicture> Channel);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "An unfinished picture of job {JobId} could not be shown.")]
        public static partial void NotShown(ILogger logger, Exception fault, string jobId);
    }
}
