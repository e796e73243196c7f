using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Zhengtong.Kernel;

/// <summary>
/// Collects the instruments of the platform, the driver and the web server, and writes them as Prometheus reads them. Kept in process from
/// the start; a few dozen lines of ours spare an exporter package.
/// </summary>
/// <remarks>Source: Prometheus text exposition format 0.0.4.</remarks>
public sealed class MetricsText : IDisposable
{
    private static readonly string[] Meters =
        ["Zhengtong", "Npgsql", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>An instrument whose labels come from outside must not fill the memory.</summary>
    private const int MostSeries = 2000;

    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _series = [];

    // What was measured with the same tags before: a request measures a dozen times, and writing labels each time would cost more than the
    // rest.
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<KeyValuePair<string, object?>[], Series>> _known = [];
    private readonly MeterListener _listener = new();

    public MetricsText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!Meters.Contains(instrument.Meter.Name)) { return; }
            _series.TryAdd(instrument, []);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((i, v, t, _) => Note(i, v, t));
        _listener.SetMeasurementEventCallback<int>((i, v, t, _) => Note(i, v, t));
        _listener.SetMeasurementEventCallback<double>((i, v, t, _) => Note(i, v, t));
        _listener.Start();
    }

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder(16 * 1024);
        foreach (var (instrument, series) in _series.OrderBy(s => s.Key.Name, StringComparer.Ordinal))
        {
            if (series.IsEmpty) { continue; }
            var name = NameOf(instrument);
            text.Append("# TYPE ").Append(name).Append(' ').Append(TypeOf(instrument)).Append('\n');
            foreach (var (labels, value) in series.OrderBy(s => s.Key, StringComparer.Ordinal)) { value.Write(text, name, labels); }
        }
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var known = _known.GetOrAdd(instrument, static _ => new(TagComparer.Instance));
        if (!known.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>().TryGetValue(tags, out var series))
        {
            if (Find(instrument, LabelsOf(tags)) is not { } found) { return; }
            series = found;
            // The order of tags makes more of these than there are series, but not many.
            if (known.Count < 2 * MostSeries) { known[tags.ToArray()] = found; }
        }
        series.Note(value);
    }

    private Series? Find(Instrument instrument, string labels)
    {
        var all = _series.GetOrAdd(instrument, static _ => []);
        return all.TryGetValue(labels, out var series) ? series
            : all.Count >= MostSeries ? null
            : all.GetOrAdd(labels, _ => new(KindOf(instrument)));
    }

    /// <summary>Equal tags in the same order; looked up without making an array.</summary>
    private sealed class TagComparer
        : IEqualityComparer<KeyValuePair<string, object?>[]>,
        IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, KeyValuePair<string, object?>[]>
    {
        public static readonly TagComparer Instance = new();

        public bool Equals(KeyValuePair<string, object?>[]? x, KeyValuePair<string, object?>[]? y) => x is not null && y is not null
            && Equals(x.AsSpan(), y);

        public int GetHashCode(KeyValuePair<string, object?>[] tags) => GetHashCode(tags.AsSpan());

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, KeyValuePair<string, object?>[] other)
        {
            if (alternate.Length != other.Length) { return false; }
            for (var i = 0; i < other.Length; i++)
            {
                if (alternate[i].Key != other[i].Key || !object.Equals(alternate[i].Value, other[i].Value)) { return false; }
            }
            return true;
        }

        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
        {
            var hash = new HashCode();
            foreach (var (key, value) in alternate)
            {
                hash.Add(key);
                hash.Add(value);
            }
            return hash.ToHashCode();
        }

        public KeyValuePair<string, object?>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => alternate.ToArray();
    }

    private static Kind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Histogram<>) ? Kind.Histogram
            : type == typeof(Counter<>) || type == typeof(UpDownCounter<>) ? Kind.Sum
            : Kind.Last;
    }

    private static string TypeOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Histogram<>) ? "histogram" : type == typeof(Counter<>)
            || type == typeof(ObservableCounter<>) ? "counter" : "gauge";
    }

    private static string NameOf(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = string.Concat(instrument.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')) + unit;
        return TypeOf(instrument) is "counter" ? name + "_total" : name;
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<string>(tags.Length);
        foreach (var (key, value) in tags)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            labels.Add($"{string.Concat(key.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'))}=\"{text}\"");
        }
        labels.Sort(StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    private enum Kind
    {
        Sum,
        Last,
        Histogram,
    }

    private sealed class Series(Kind kind)
    {
        private readonly Lock _gate = new();
        private readonly long[] _buckets = kind is Kind.Histogram ? new long[Bounds.Length] : [];
        private double _sum;
        private long _count;

        internal void Note(double value)
        {
            lock (_gate)
            {
                _sum = kind is Kind.Last ? value : _sum + value;
                _count++;
                for (var i = _buckets.Length - 1; i >= 0 && value <= Bounds[i]; i--) { _buckets[i]++; }
            }
        }

        internal void Write(StringBuilder text, string name, string labels)
        {
            lock (_gate)
            {
                if (kind is not Kind.Histogram)
                {
                    Line(text, name, labels, _sum);
                    return;
                }
                var more = labels.Length > 0 ? labels + "," : "";
                for (var i = 0; i < Bounds.Length; i++)
                {
                    Line(text, name + "_bucket", $"{more}le=\"{Bounds[i].ToString(CultureInfo.InvariantCulture)}\"", _buckets[i]);
                }
                Line(text, name + "_bucket", more + "le=\"+Inf\"", _count);
                Line(text, name + "_sum", labels, _sum);
                Line(text, name + "_count", labels, _count);
            }
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0) { text.Append('{').Append(labels).Append('}'); }
            text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }
    }
}
