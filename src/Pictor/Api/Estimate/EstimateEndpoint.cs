using Pictor.Api.Images;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api.Estimate;

/// <summary><c>POST /v1/images/estimate</c>: the body of a request for pictures, answered with its price.</summary>
internal static class EstimateEndpoint
{
    private const int LargestCount = 10_000;

    public static async Task<IResult> HandleAsync(HttpContext http, JobEstimator estimator)
    {
        using var body = await RequestBody.ReadJsonAsync(http);
        var count = Count(body.Fields);
        if (!body.Fields.TryGet("prompt", out _) && RequestNames.Pictures.Any(name => body.Fields.TryGet(name, out _)))
        {
            // A variation needs no words.
            body.Fields.Add("prompt", new FieldValue(ImagesDoor.Variations.Prompt!));
        }

        // These mean nothing here and are refused all the same, as the door of the request would.
        RequestRules.PartialImages(body.Fields);
        RequestRules.Boolean(body.Fields, "stream");
        RequestRules.Boolean(body.Fields, "async");
        var order = ImagesRequestWire.Read(http, body, shown: [], warned: []);
        return Results.Json(EstimateWire.Of(estimator.Estimate(order, count)), EstimateJson.Default.EstimateWire);
    }

    // For batches: a request has at most ten pictures, a price list has no such bound.
    private static int? Count(RequestFields fields)
    {
        if (!fields.TryGet("count", out var value))
        {
            return null;
        }

        fields.Remove("count");
        return value.TryInteger(out var count) && count is >= 1 and <= LargestCount
            ? (int)count
            : throw RequestRules.Invalid($"count must be between 1 and {LargestCount}", "count");
    }
}
