using Pictor.Errors;

namespace Pictor.Tests.Architecture;

/// <summary>The closed list of errors and what stands beside it.</summary>
public sealed class ErrorTableTests
{
    [Fact]
    public void Every_kind_has_one_row_in_the_order_of_the_list() =>
        ErrorTable.Rows.Select(row => row.Kind).ShouldBe(Enum.GetValues<ErrorKind>());

    [Fact]
    public void No_two_kinds_share_a_code() =>
        ErrorTable.Rows.Where(row => row.Code is not null).GroupBy(row => row.Code).Where(rows => rows.Count() > 1).ShouldBeEmpty();

    [Fact]
    public void Only_an_upstream_that_refused_lets_the_next_channel_be_tried() =>
        ErrorTable.Rows.Where(row => row.TryNextChannel).ShouldAllBe(row => row.Side == ErrorSide.Upstream);

    [Fact]
    public void What_may_have_been_billed_is_never_sent_again()
    {
        var row = ErrorTable.Row(ErrorKind.UpstreamOutcomeUnknown);
        row.TryNextChannel.ShouldBeFalse();
        row.SdkMayRetry.ShouldBeFalse();
    }
}
