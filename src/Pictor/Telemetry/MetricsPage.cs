using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Pictor.Telemetry;

/// <summary>The gateway's metrics as the text that Prometheus reads.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public MetricsPage(GatewayMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == metrics.Meter)
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument.Name, _ => MetricFamily.Of(instrument)));
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    public string Write()
    {
        var page = new StringBuilder(8192);
        lock (_gate)
        {
            foreach (var family in _families.Values.Where(family => family.IsGauge))
            {
                family.Clear();
            }

            _listener.RecordObservableInstruments();
            foreach (var (_, family) in _families.OrderBy(family => family.Key, StringComparer.Ordinal))
            {
                family.WriteTo(page);
            }
        }

        return page.ToString();
    }

    public void Dispose() => _listener.Dispose();
}
