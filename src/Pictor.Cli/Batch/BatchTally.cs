using System.Globalization;

namespace Pictor.Cli.Batch;

/// <summary>Counts of a batch, and the line that tells them while it runs.</summary>
internal sealed class BatchTally(Screen screen, TimeProvider time, BatchPurse purse, int total)
{
    private readonly long _start = time.GetTimestamp();
    private readonly Lock _gate = new();
    private int _pictures;

    public int Done { get; private set; }

    public int Kept { get; private set; }

    public int Failed { get; private set; }

    public int Moderated { get; private set; }

    public int Unknown { get; private set; }

    public int Open { get; private set; }

    public int Replayed { get; private set; }

    public bool IsComplete => Failed + Unknown + Open == 0;

    public void AddDone(int pictures, bool isReplayed) => Change(() => (Done, Replayed, _pictures) = (Done + 1, Replayed + (isReplayed ? 1 : 0), _pictures + pictures));

    public void AddKept() => Change(() => Kept++);

    public void AddFailed(bool isModerated) => Change(() => (Failed, Moderated) = (Failed + 1, Moderated + (isModerated ? 1 : 0)));

    public void AddUnknown() => Change(() => Unknown++);

    /// <summary>Rows that were not begun, or not waited for.</summary>
    public void AddOpen()
    {
        lock (_gate)
        {
            Open++;
        }
    }

    public string Summary()
    {
        var seconds = time.GetElapsedTime(_start).TotalSeconds;
        var text = string.Create(CultureInfo.InvariantCulture, $"{Done + Kept} of {total} rows done");
        Add(Kept, "from before");
        Add(Replayed, "answered from an earlier run, not paid again");
        Add(Failed, "failed");
        Add(Unknown, "with unknown outcome");
        Add(Open, "not done");
        return text + string.Create(CultureInfo.InvariantCulture, $" · {_pictures} pictures in {seconds:0.0} s ({_pictures / Math.Max(seconds, 0.001):0.0}/s) · {purse.Spent:0.00####} USD{Doubt()}");

        void Add(int count, string what) => text += count == 0 ? "" : $", {count} {what}";
    }

    private string Doubt() => string.Create(CultureInfo.InvariantCulture,
        $"{(purse.Perhaps == 0 ? "" : $", {purse.Perhaps:0.00####} of it perhaps")}{(purse.Untold == 0 ? "" : $", and {purse.Untold} {(purse.Untold == 1 ? "row" : "rows")} whose cost the server does not tell")}");

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            if (screen.Moves)
            {
                var ended = Done + Kept + Failed + Unknown;
                var seconds = time.GetElapsedTime(_start).TotalSeconds;
                var rate = _pictures / Math.Max(seconds, 0.001);
                var left = Done == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" · {TimeSpan.FromSeconds((total - ended) * seconds / Math.Max(1, ended - Kept)):h\\:mm\\:ss} left");
                screen.Move(string.Create(CultureInfo.InvariantCulture, $"{Bar(ended)} {ended}/{total} · {rate:0.0}/s · {purse.Spent:0.00##} USD{(Failed > 0 ? $" · {Failed} failed" : "")}{left}"));
            }
        }
    }

    private string Bar(int ended)
    {
        const int Width = 20;
        var full = total == 0 ? Width : ended * Width / total;
        return new string('█', full) + new string('░', Width - full);
    }
}
