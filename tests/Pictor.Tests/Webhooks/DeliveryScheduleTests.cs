using Pictor.Webhooks;

namespace Pictor.Tests.Webhooks;

public sealed class DeliveryScheduleTests
{
    private readonly DeliverySchedule _schedule = new(new Random(1));

    [Fact]
    public void Pauses_as_Standard_Webhooks_recommends_with_at_most_a_fifth_more()
    {
        double[] seconds = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
        for (var step = 0; step < seconds.Length; step++)
        {
            for (var i = 0; i < 100; i++)
            {
                _schedule.After(step, retryAfter: null)!.Value.TotalSeconds.ShouldBeInRange(seconds[step], seconds[step] * 1.2);
            }
        }

        _schedule.After(seconds.Length, retryAfter: null).ShouldBeNull();
        _schedule.After(seconds.Length, TimeSpan.FromSeconds(1)).ShouldBeNull();
    }

    [Fact]
    public void A_receiver_may_ask_for_more_time_but_not_for_more_than_a_day()
    {
        _schedule.After(0, TimeSpan.FromSeconds(60)).ShouldBe(TimeSpan.FromSeconds(60));
        _schedule.After(1, TimeSpan.FromSeconds(1))!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(5));
        _schedule.After(0, TimeSpan.FromDays(400)).ShouldBe(DeliverySchedule.Longest);
        _schedule.After(0, TimeSpan.FromDays(-1))!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5));
    }
}
