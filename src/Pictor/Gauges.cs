using System.Diagnostics.Metrics;
using Pictor.Assets;
using Pictor.Jobs;
using Pictor.Routing;
using Pictor.Storage;
using Pictor.Telemetry;

namespace Pictor;

/// <summary>What is not counted as it happens but looked at when somebody asks.</summary>
internal static class Gauges
{
    public static void Register(IServiceProvider services)
    {
        var metrics = services.GetRequiredService<GatewayMetrics>();
        services.GetRequiredService<MetricsPage>();
        var queue = services.GetRequiredService<JobQueue>();
        var replica = services.GetRequiredService<Replica>();

        // Its share of what nobody has taken yet: the sum over the replicas is what waits, and the mean is what each of them has before it.
        metrics.Watch("pictor.queue.depth", null, "Jobs that wait for a place here, and this replica's share of those that wait for anybody.", () => [new Measurement<double>(queue.Depth + (queue.Unclaimed / (replica.Others + 1d)))]);

        var channels = services.GetRequiredService<ChannelTable>();
        var health = services.GetRequiredService<ChannelHealth>();
        metrics.Watch("pictor.channel.up", null, "1 while a channel may be asked, else 0.", () => channels.All.Select(channel => new Measurement<double>(IsUp(channel, health) ? 1 : 0, GatewayMetrics.Label("channel", channel.Id))));

        var folder = services.GetRequiredService<DataFolder>();
        metrics.Watch("pictor.disk.free", "By", "Free space where there is least: below the data folder, or the shared one.", () => [new Measurement<double>(folder.Free())]);

        if (services.GetService<S3AssetStore>() is not null)
        {
            var local = services.GetRequiredService<FileAssetStore>();
            metrics.Watch("pictor.assets.waiting", null, "Pictures that wait to be moved to the S3 store.", () => [new Measurement<double>(local.Paths().Count())]);
        }
    }

    private static bool IsUp(Channel channel, ChannelHealth health) =>
        channel.IsEnabled && health.Report(channel) is { Excluded: null, PausedUntil: null } report && (channel.Models.Count == 0 || report.OpenModels.Count < channel.Models.Count);
}
