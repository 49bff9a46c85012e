using Pictor.Catalog;
using Pictor.Images;

namespace Pictor.Jobs;

/// <summary>A request whose parameters are all in range, on the way from what was asked for to what the model does.</summary>
internal sealed class RequestPlan
{
    private const int MostPictures = 16;
    private readonly Model _model;
    private readonly ImageRequest _request;

    private RequestPlan(JobOrder order, Model model, bool isUnjudged)
    {
        _model = model;
        var (fields, pictures) = (order.Fields, order.Pictures);
        var capabilities = model.Capabilities;
        var (size, sizeAsRatio) = RequestRules.Size(fields);
        var ratio = RequestRules.Ratio(fields);
        _request = new ImageRequest
        {
            IsUnjudged = isUnjudged,
            IsStrict = order.IsStrict,
            IsVariation = order.IsVariation,
            Model = model.Name,
            Prompt = order.Prompt,
            Size = size,
            SizeWord = size is null ? RequestRules.Text(fields, "size") : null,
            AspectRatio = ratio ?? sizeAsRatio,
            RatioWord = ratio is null ? RequestRules.Text(fields, "aspect_ratio") : null,
            Seed = RequestRules.Seed(fields) ?? RequestRules.RandomSeed(),
            SafetyTolerance = RequestRules.SafetyTolerance(fields) ?? 2,
            PromptUpsampling = RequestRules.Boolean(fields, "prompt_upsampling") ?? false,
            OutputFormat = RequestRules.Format(fields) ?? capabilities.DefaultFormat,
            ResponseFormat = RequestRules.Response(fields) ?? capabilities.DefaultResponse,
            N = RequestRules.N(fields),
            Quality = RequestRules.Text(fields, "quality"),
            Style = RequestRules.Text(fields, "style"),
            Background = RequestRules.Text(fields, "background"),
            Moderation = RequestRules.Text(fields, "moderation"),
            InputFidelity = RequestRules.Text(fields, "input_fidelity"),
            User = RequestRules.Text(fields, "user"),
            OutputCompression = RequestRules.OutputCompression(fields),
            Watermark = RequestRules.Boolean(fields, "watermark"),
            UrlExpiresIn = RequestRules.UrlExpiresIn(fields),
            Given = [.. RequestNames.Optional.Append("output_format").Where(name => fields.TryGet(name, out _))],
            Extra = Unknown(fields).ToDictionary(entry => entry.Name, entry => entry.Value.ToJson(), StringComparer.Ordinal),
        };
        Pictures = pictures;
        if (pictures.Count > MostPictures)
        {
            throw RequestRules.Invalid($"At most {MostPictures} reference images are accepted; {pictures.Count} were given.", pictures[^1].Param);
        }

        if (!isUnjudged)
        {
            CheckPictures(pictures, order.Mask, capabilities);
        }
    }

    /// <summary>The reference images the job will use.</summary>
    public IReadOnlyList<IncomingPicture> Pictures { get; }

    /// <summary>How many pictures it asks for.</summary>
    public int Count => _request.N;

    /// <param name="order">What the door hands over.</param>
    /// <param name="model">The model it names.</param>
    /// <param name="isUnjudged">True when a channel that is asked first passes on whatever was given.</param>
    /// <exception cref="Errors.GatewayException">A parameter is out of its range.</exception>
    public static RequestPlan Of(JobOrder order, Model model, bool isUnjudged)
    {
        RequestRules.CheckPrompt(order.Prompt);
        return new RequestPlan(order, model, isUnjudged);
    }

    /// <summary>The request as the model takes it. Where the size follows a picture that is still behind a link, the job fits it later.</summary>
    public (ImageRequest Request, IReadOnlyList<Warning> Warnings) Fit(IReadOnlyList<ReferenceImage> references, ReferenceImage? mask)
    {
        var request = _request with { References = references, Mask = mask };
        if (request.IsUnjudged)
        {
            return (request, []);
        }

        if (mask is { Size: { } masked } && references is [{ Size: { } first }, ..] && masked != first)
        {
            throw RequestRules.Invalid($"mask must have the size of the first picture, {first}; it has {masked}", "mask");
        }

        var warnings = new List<Warning>();
        return (ModelFit.Of(request, _model.Capabilities, warnings), warnings);
    }

    /// <summary>What was left open until the first reference is here.</summary>
    public static ImageRequest FitToReference(ImageRequest request, Capabilities capabilities) => ModelFit.ToReference(request, capabilities);

    private static IEnumerable<(string Name, FieldValue Value)> Unknown(RequestFields fields)
    {
        foreach (var name in fields.Names.Where(name => !RequestNames.IsKnown(name)))
        {
            fields.TryGet(name, out var value);
            yield return (name, value);
        }
    }

    private void CheckPictures(IReadOnlyList<IncomingPicture> pictures, IncomingPicture? mask, Capabilities capabilities)
    {
        if (pictures.Count > 0 && capabilities.MaxReferences == 0)
        {
            throw RequestRules.Invalid($"The model '{_model.Name}' takes no reference images.", pictures[0].Param);
        }

        // A model that takes one gets several joined side by side, by the provider that knows it.
        if (capabilities.MaxReferences > 1 && pictures.Count > capabilities.MaxReferences)
        {
            throw RequestRules.Invalid($"The model '{_model.Name}' takes at most {capabilities.MaxReferences} reference images; {pictures.Count} were given.", pictures[^1].Param);
        }

        if (mask is not null && !capabilities.Mask)
        {
            throw RequestRules.Invalid($"The model '{_model.Name}' takes no mask.", "mask");
        }

        if (mask is not null && pictures.Count == 0)
        {
            throw RequestRules.Invalid("mask needs a picture that it belongs to.", "mask");
        }
    }
}
