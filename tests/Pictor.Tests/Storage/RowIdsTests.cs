using Pictor.Storage;

namespace Pictor.Tests.Storage;

public sealed class RowIdsTests
{
    [Fact]
    public void Ordered_ids_sort_by_time()
    {
        var clock = new FakeClock();
        var ids = new RowIds(clock);
        var made = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            made.Add(ids.Ordered("gen"));
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        made.ShouldBe(made.Order(StringComparer.Ordinal));
        made.ShouldAllBe(id => id.Length == 30 && id.StartsWith("gen_"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Ordered_ids_sort_by_their_making_while_the_clock_stands_or_is_set_back(int milliseconds)
    {
        var clock = new FakeClock();
        var ids = new RowIds(clock);
        var made = new List<string>();
        for (var i = 0; i < 1_000; i++)
        {
            made.Add(ids.Ordered("gen"));
            clock.Jump(TimeSpan.FromMilliseconds(milliseconds));
        }

        made.ShouldBe(made.Order(StringComparer.Ordinal));
        made.Distinct().Count().ShouldBe(1_000);
    }

    [Fact]
    public void Unguessable_ids_do_not_repeat()
    {
        var ids = new RowIds(TimeProvider.System);
        Enumerable.Range(0, 10_000).Select(_ => ids.Unguessable("img")).Distinct().Count().ShouldBe(10_000);
    }
}
