using Pictor.Cli.Http;

namespace Pictor.Cli.Batch;

/// <summary>The row is not sent: it could go beyond what may be spent, or nobody knows whether it would.</summary>
internal sealed class PurseException(string message, bool isSpent) : CliException(message, isSpent ? Cli.ExitCode.OutOfBalance : Cli.ExitCode.UsageOrCancelled)
{
    public bool IsSpent { get; } = isSpent;
}

/// <summary>What one row costs in this run: set aside before it is sent, and settled by what is known at its end.</summary>
internal sealed class RowBill(BatchPurse purse, Func<CancellationToken, Task<decimal?>> askPrice)
{
    private decimal? _price;
    private decimal? _told;
    private decimal _reserved;
    private bool _isFree;

    /// <summary>Whether this run has sent the row; otherwise whatever failed has not touched it.</summary>
    public bool IsSent { get; private set; }

    /// <exception cref="PurseException">The row must not be sent.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _price = await askPrice(cancellationToken);
        if (_price is null && purse.HasBound)
        {
            throw new PurseException("the price is not known, so --max-cost cannot be kept. Give --price.", isSpent: false);
        }

        if (!purse.TryReserve(_price ?? 0))
        {
            throw new PurseException("the row could go beyond --max-cost.", isSpent: true);
        }

        _reserved = _price ?? 0;
    }

    /// <summary>From here on money may be spent.</summary>
    public void Send() => (IsSent, _isFree, _told) = (true, false, null);

    /// <summary>The server has refused in a way that costs nothing, and is asked again.</summary>
    public void Refused() => _isFree = true;

    /// <summary>What comes from an earlier run was paid there.</summary>
    public void Answer(ApiAnswer answer) => (_isFree, _told) = (answer.IsReplayed, JsonText.Money(answer.Cost) ?? _told);

    /// <summary>Settles. Only what cannot have been run is free; all else costs what the server says, or else what it was expected to.</summary>
    /// <param name="fault">What the row ended with; null when its pictures are here.</param>
    public void Close(Exception? fault)
    {
        if (!IsSent || _isFree || fault is NoAnswerException { NeverSent: true } or ApiException { MayBeCharged: false })
        {
            purse.Settle(_reserved, 0, isSure: true);
        }
        else if (((fault as ApiException)?.Cost ?? _told) is { } told)
        {
            purse.Settle(_reserved, told, isSure: true);
        }
        else
        {
            purse.Settle(_reserved, _price, isSure: fault is null);
        }
    }
}
