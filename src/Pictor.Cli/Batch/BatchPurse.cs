namespace Pictor.Cli.Batch;

/// <summary>The money of a batch: what was charged, what is under way, and what may be spent.</summary>
internal sealed class BatchPurse(decimal? most)
{
    private readonly Lock _gate = new();
    private decimal _underWay;

    public bool HasBound => most is not null;

    /// <summary>All that was charged, and all that may have been.</summary>
    public decimal Spent { get; private set; }

    /// <summary>The part of <see cref="Spent"/> that nobody has confirmed: rows that ended without an answer, at their expected price.</summary>
    public decimal Perhaps { get; private set; }

    /// <summary>Rows that were charged, or may have been, and whose cost nobody tells.</summary>
    public int Untold { get; private set; }

    /// <summary>Sets the price of a row aside; false when that could go beyond what may be spent.</summary>
    public bool TryReserve(decimal price)
    {
        lock (_gate)
        {
            if (most is not null && Spent + _underWay + price > most)
            {
                return false;
            }

            _underWay += price;
            return true;
        }
    }

    /// <summary>The row has ended: what was set aside becomes what was charged.</summary>
    /// <param name="reserved">What was set aside for it.</param>
    /// <param name="charged">What it has cost; null where nobody knows.</param>
    /// <param name="isSure">False where it may as well have cost nothing.</param>
    public void Settle(decimal reserved, decimal? charged, bool isSure)
    {
        lock (_gate)
        {
            _underWay -= reserved;
            Spent += charged ?? 0;
            Perhaps += isSure ? 0 : charged ?? 0;
            Untold += charged is null ? 1 : 0;
        }
    }
}
