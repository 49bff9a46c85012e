using System.Globalization;
using System.Text.Json;

namespace Pictor.Tests.Webhooks;

/// <summary>Looks at the delivery of a job through the HTTP door.</summary>
internal static class Deliveries
{
    public static async Task<JsonElement> DeliveryAsync(TestGateway gateway, string jobId) =>
        (await (await gateway.Client.GetAsync($"/v1/images/generations/{jobId}/deliveries")).JsonAsync()).GetProperty("data").EnumerateArray().ShouldHaveSingleItem();

    public static async Task<JsonElement> TriedAsync(TestGateway gateway, string jobId, int tries)
    {
        await Eventually.TrueAsync(async () => (await DeliveryAsync(gateway, jobId)).GetProperty("tries").GetArrayLength() >= tries);
        return await DeliveryAsync(gateway, jobId);
    }

    public static long Next(JsonElement delivery) => delivery.GetProperty("next_at").GetInt64();

    // When a try was made, by the gateway's own clock.
    public static long Told(Receiver receiver, int number) =>
        long.Parse(receiver.Came.ElementAt(number - 1).Header("webhook-timestamp")!, CultureInfo.InvariantCulture);

    public static async Task<JsonElement> EndedAsync(TestGateway gateway, string jobId)
    {
        await Eventually.TrueAsync(async () => (await DeliveryAsync(gateway, jobId)).Text("status") != "pending");
        return await DeliveryAsync(gateway, jobId);
    }

    // The worker looks every half second of the fake clock; its look itself takes real time.
    public static Task AdvanceUntilAsync(FakeClock clock, Receiver receiver, int count) => Eventually.TrueAsync(() =>
    {
        if (receiver.Came.Count < count)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        return receiver.Came.Count >= count;
    });
}
