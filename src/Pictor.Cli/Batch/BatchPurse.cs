namespace Pictor.Cli.Batch;

/// <summary>The money of a batch: what was charged, what is under way, and what may be spent.</summary>
internal sealed class BatchPurse(decimal? most)
{
    private readonly Lock _gate = new();
    private decimal _underWay;

    public decimal Spent { get; private set; }

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
    public void Settle(decimal reserved, decimal charged)
    {
        lock (_gate)
        {
            _underWay -= reserved;
            Spent += charged;
        }
    }
}
