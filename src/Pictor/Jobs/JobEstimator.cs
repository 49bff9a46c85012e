using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Ledger;
using Pictor.Routing;

namespace Pictor.Jobs;

/// <summary>Goes the way of the intake without leaving anything behind: nothing is stored, held or run.</summary>
internal sealed class JobEstimator(ModelCatalog catalog, AttemptLoop loop, ChannelTable table)
{
    /// <summary>What a request would cost and become.</summary>
    /// <param name="order">As the door of the request would hand it over.</param>
    /// <param name="count">So many pictures in all, for a batch; null takes the request's own <c>n</c>.</param>
    /// <exception cref="GatewayException">What the door itself would say to the request.</exception>
    public JobEstimate Estimate(JobOrder order, int? count)
    {
        var model = catalog.Find(RequestRules.Text(order.Fields, "model"));
        if (!order.Key.MayUse(model.Name))
        {
            throw new GatewayException(ErrorKind.ModelNotAllowed, $"This key may not use the model '{model.Name}'.", "model");
        }

        var plan = RequestPlan.Of(order, model, loop.PassesUnjudged(model.Name));
        var references = plan.Pictures.Select(picture => new ReferenceImage(picture.Param, picture.Link, InputId: null)).ToList();
        var (request, warnings) = plan.Fit(references, order.Mask is { } mask ? new ReferenceImage(mask.Param, mask.Link, InputId: null) : null);
        var quote = model.Price!.QuoteFor(request.Quality, request.Size);
        var pictures = count ?? request.N;
        var channels = table.For(model.Name);
        var adaptations = channels.Count == 0 ? [] : loop.Adaptations(new AttemptOrder { JobId = "", Request = request, PerCall = request.N });
        return new JobEstimate
        {
            Model = model.Name,
            Count = pictures,
            Quote = quote,
            Currency = model.Price!.Currency,
            Cost = CostCalculator.Hold(quote, pictures),
            ListCost = quote.HighestList * pictures,
            Size = request.Size,
            Warnings = [.. order.Warnings, .. warnings, .. adaptations],
            Channels = [.. channels.Select(channel => channel.Id)],
            IsSandbox = loop.IsSandbox(model.Name),
        };
    }
}

/// <summary>What a request would cost at most, and what would be made of it.</summary>
internal sealed record JobEstimate
{
    public required string Model { get; init; }

    public required int Count { get; init; }

    public required Quote Quote { get; init; }

    public required string Currency { get; init; }

    public required Micros Cost { get; init; }

    public required Micros ListCost { get; init; }

    /// <summary>Null where the vendor or a reference image decides.</summary>
    public PixelSize? Size { get; init; }

    public required IReadOnlyList<Warning> Warnings { get; init; }

    public required IReadOnlyList<string> Channels { get; init; }

    public required bool IsSandbox { get; init; }
}
