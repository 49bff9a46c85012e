using Pictor.Images;

namespace Pictor.Routing;

/// <summary>A job's request as one of its channels takes it. Pure.</summary>
/// <param name="Request">What the provider is called with.</param>
/// <param name="Warnings">What was changed or left out for this channel.</param>
internal sealed record ChannelFit(ImageRequest Request, IReadOnlyList<Warning> Warnings)
{
    /// <param name="request">The job's request: as it was given where its first channel takes everything, else fitted to the model.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="capabilities">What the model takes.</param>
    public static ChannelFit Of(ImageRequest request, Channel channel, Capabilities capabilities)
    {
        var warnings = new List<Warning>();
        if (request.IsUnjudged && !channel.Provider.PassesUnjudged(channel.Settings))
        {
            request = ModelFit.Of(request, capabilities, warnings);
        }

        // Left open for a vendor that chooses; this one's own default would be any shape.
        if (request is { IsUnjudged: false, Size: null } && !channel.Provider.ChoosesSize(channel.Settings))
        {
            request = request.References is [var first, ..]
                ? request with { Size = first.Size is { } size ? SizeFit.ForRatio(capabilities.Sizes, size.Ratio) : null }
                : request with { Size = SizeFit.ForRatio(capabilities.Sizes, 1) };
        }

        return new ChannelFit(request, warnings);
    }
}
