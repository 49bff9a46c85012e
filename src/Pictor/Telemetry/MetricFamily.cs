using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Pictor.Telemetry;

/// <summary>One metric with all its labels, as Prometheus reads it: counters add up, histograms count into buckets, gauges keep the last value.</summary>
internal sealed class MetricFamily
{
    [ThreadStatic]
    private static StringBuilder? labels;

    private readonly string _name;
    private readonly string _help;
    private readonly string _type;
    private readonly double[] _bounds;
    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);

    private MetricFamily(Instrument instrument, string type, double[] bounds)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            { Length: > 0 } other => "_" + other,
            _ => "",
        };
        _name = instrument.Name.Replace('.', '_') + unit + (type == "counter" ? "_total" : "");
        (_help, _type, _bounds) = (instrument.Description ?? "", type, bounds);
    }

    public bool IsGauge => _type == "gauge";

    public static MetricFamily Of(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => new MetricFamily(instrument, "histogram", [.. histogram.Advice?.HistogramBucketBoundaries ?? []]),
        { IsObservable: true } => new MetricFamily(instrument, "gauge", []),
        _ => new MetricFamily(instrument, "counter", []),
    };

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = SeriesOf(tags);
        lock (series)
        {
            series.Sum = IsGauge ? value : series.Sum + value;
            if (series.Buckets is { } buckets)
            {
                var index = Array.BinarySearch(_bounds, value);
                buckets[index >= 0 ? index : ~index]++;
            }
        }
    }

    /// <summary>Gauges are looked at anew each time, so that what is gone does not stay.</summary>
    public void Clear() => _series.Clear();

    public void WriteTo(StringBuilder page)
    {
        page.Append(CultureInfo.InvariantCulture, $"# HELP {_name} {_help}\n# TYPE {_name} {_type}\n");
        foreach (var (key, series) in _series.OrderBy(series => series.Key, StringComparer.Ordinal))
        {
            lock (series)
            {
                if (series.Buckets is { } buckets)
                {
                    WriteBuckets(page, key, buckets, series.Sum);
                }
                else
                {
                    page.Append(CultureInfo.InvariantCulture, $"{_name}{(key.Length == 0 ? "" : $"{{{key}}}")} {series.Sum}\n");
                }
            }
        }
    }

    private void WriteBuckets(StringBuilder page, string key, long[] buckets, double sum)
    {
        var comma = key.Length == 0 ? "" : ",";
        var total = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            total += buckets[i];
            var bound = i < _bounds.Length ? _bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            page.Append(CultureInfo.InvariantCulture, $"{_name}_bucket{{{key}{comma}le=\"{bound}\"}} {total}\n");
        }

        var braced = key.Length == 0 ? "" : $"{{{key}}}";
        page.Append(CultureInfo.InvariantCulture, $"{_name}_sum{braced} {sum}\n{_name}_count{braced} {total}\n");
    }

    // No string is made for labels that were seen before.
    private Series SeriesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = labels ??= new StringBuilder(256);
        text.Clear();
        foreach (var (name, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(name).Replace('.', '_', text.Length - name.Length, name.Length).Append("=\"");
            foreach (var character in value?.ToString() ?? "")
            {
                _ = character switch
                {
                    '\\' => text.Append(@"\\"),
                    '"' => text.Append("\\\""),
                    '\n' => text.Append("\\n"),
                    _ => text.Append(character),
                };
            }

            text.Append('"');
        }

        Span<char> key = stackalloc char[512];
        if (text.Length > key.Length)
        {
            return _series.GetOrAdd(text.ToString(), _ => New());
        }

        text.CopyTo(0, key, text.Length);
        return _series.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key[..text.Length], out var known) ? known : _series.GetOrAdd(text.ToString(), _ => New());
    }

    private Series New() => new() { Buckets = _type == "histogram" ? new long[_bounds.Length + 1] : null };

    private sealed class Series
    {
        public double Sum { get; set; }

        public long[]? Buckets { get; init; }
    }
}
