using Pictor.Imaging;

namespace Pictor.Tests.Imaging;

public sealed class PixelBudgetTests
{
    [Fact]
    public async Task Whoever_wants_more_than_is_left_waits_until_it_is_given_back()
    {
        var budget = new PixelBudget(100);
        var first = budget.Take(60, CancellationToken.None);
        var second = Task.Run(() => budget.Take(50, CancellationToken.None).Dispose());

        budget.Take(0, new CancellationToken(canceled: false)).Dispose();
        second.IsCompleted.ShouldBeFalse();
        first.Dispose();

        await second;
    }

    [Fact]
    public void A_demand_above_the_whole_budget_gets_all_of_it()
    {
        var budget = new PixelBudget(100);

        budget.Take(1_000, CancellationToken.None).Dispose();

        budget.Take(100, CancellationToken.None).Dispose();
    }

    [Fact]
    public void Who_gives_up_waiting_takes_nothing_along()
    {
        var budget = new PixelBudget(100);
        var first = budget.Take(100, CancellationToken.None);

        Should.Throw<OperationCanceledException>(() => budget.Take(10, new CancellationToken(canceled: true)));
        first.Dispose();

        budget.Take(100, CancellationToken.None).Dispose();
    }

    [Fact]
    public async Task Never_more_than_the_budget_is_out_at_one_time()
    {
        var budget = new PixelBudget(100);
        long used = 0;
        long most = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 500; i++)
            {
                var pixels = random.Next(1, 100);
                using (budget.Take(pixels, CancellationToken.None))
                {
                    var now = Interlocked.Add(ref used, pixels);
                    InterlockedMax(ref most, now);
                    Interlocked.Add(ref used, -pixels);
                }
            }
        })));

        most.ShouldBeInRange(1, 100);
    }

    private static void InterlockedMax(ref long most, long value)
    {
        for (var seen = Interlocked.Read(ref most); value > seen; seen = Interlocked.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
