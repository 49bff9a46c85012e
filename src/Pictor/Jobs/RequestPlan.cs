using Pictor.Catalog;
using Pictor.Images;

namespace Pictor.Jobs;

/// <summary>A request whose parameters are all in range, on the way from what was asked for to what the model does.</summary>
internal sealed class RequestPlan
{
    private const int MostPictures = 16;
    private readonly Model _model;
    private readonly bool _isUnjudged;
    private readonly ImageRequest _request;
    private readonly AspectRatio? _ratio;
    private readonly PixelSize? _size;
    private readonly List<Warning> _warnings = [];

    private RequestPlan(RequestFields fields, string prompt, IReadOnlyList<IncomingPicture> pictures, IncomingPicture? mask, Model model, bool isUnjudged)
    {
        _model = model;
        _isUnjudged = isUnjudged;
        var capabilities = model.Capabilities;
        (_size, var sizeAsRatio) = RequestRules.Size(fields);
        _ratio = RequestRules.Ratio(fields) ?? sizeAsRatio;
        if (!isUnjudged && _ratio is not null && _size is { } given)
        {
            _warnings.Add(Warning.Ignored("size", given.ToString(), "aspect_ratio and size were both given; aspect_ratio decides."));
            _size = null;
        }

        _request = new ImageRequest
        {
            IsUnjudged = isUnjudged,
            Model = model.Name,
            Prompt = prompt,
            AspectRatio = _ratio,
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
            // What the model does not have was told about and goes no further.
            Given = [.. RequestNames.Optional.Where(name => isUnjudged || capabilities.Accepts(name)).Append("output_format").Where(name => fields.TryGet(name, out _))],
            Extra = isUnjudged ? Unknown(fields).ToDictionary(entry => entry.Name, entry => entry.Value.ToJson(), StringComparer.Ordinal) : [],
        };
        Pictures = pictures;
        if (pictures.Count > MostPictures)
        {
            throw RequestRules.Invalid($"At most {MostPictures} reference images are accepted; {pictures.Count} were given.", pictures[^1].Param);
        }

        if (!isUnjudged)
        {
            Ignore(fields, capabilities);
            CheckPictures(pictures, mask, capabilities);
        }
    }

    public bool IsVariation { get; private init; }

    /// <summary>The reference images the job will use.</summary>
    public IReadOnlyList<IncomingPicture> Pictures { get; }

    /// <summary>How many pictures it asks for.</summary>
    public int Count => _request.N;

    /// <param name="order">What the door hands over.</param>
    /// <param name="model">The model it names.</param>
    /// <param name="isUnjudged">True when the model's channel passes on whatever was given.</param>
    /// <exception cref="Errors.GatewayException">A parameter is out of its range.</exception>
    public static RequestPlan Of(JobOrder order, Model model, bool isUnjudged)
    {
        RequestRules.CheckPrompt(order.Prompt);
        return new RequestPlan(order.Fields, order.Prompt, order.Pictures, order.Mask, model, isUnjudged) { IsVariation = order.IsVariation };
    }

    /// <summary>The request as the model takes it. Where the size follows a picture that is still behind a link, the job fits it later.</summary>
    public (ImageRequest Request, IReadOnlyList<Warning> Warnings) Fit(IReadOnlyList<ReferenceImage> references, ReferenceImage? mask)
    {
        var warnings = new List<Warning>(_warnings);
        var request = _request with { References = references, Mask = mask, IsVariation = IsVariation };
        if (_isUnjudged)
        {
            return (request with { Size = _size }, warnings);
        }

        if (mask is { Size: { } masked } && references is [{ Size: { } first }, ..] && masked != first)
        {
            throw RequestRules.Invalid($"mask must have the size of the first picture, {first}; it has {masked}", "mask");
        }

        if (_ratio is null && _size is null && references.Count > 0)
        {
            return (FitToReference(request, _model.Capabilities), warnings);
        }

        return (request with { Size = SizeFit.Fit(_model.Capabilities.Sizes, _ratio, _size, warnings) }, warnings);
    }

    /// <summary>Without a ratio or size, the first reference decides; unchanged while its size is not known.</summary>
    public static ImageRequest FitToReference(ImageRequest request, Capabilities capabilities) =>
        request.Size is null && !request.IsUnjudged && request.References is [{ Size: { } first }, ..]
            ? request with { Size = SizeFit.ForRatio(capabilities.Sizes, first.Ratio) }
            : request;

    private void Ignore(RequestFields fields, Capabilities capabilities)
    {
        foreach (var name in RequestNames.Optional)
        {
            if (!capabilities.Accepts(name) && fields.TryGet(name, out var value))
            {
                _warnings.Add(Warning.Ignored(name, value.ToString(), $"The model '{_model.Name}' has no parameter '{name}'; it was ignored."));
            }
        }

        foreach (var (name, value) in Unknown(fields))
        {
            var shown = name.Length > 60 ? name[..60] + "…" : name;
            _warnings.Add(Warning.Ignored(shown, value.ToString(), $"The gateway knows no parameter '{shown}'; it was ignored."));
        }
    }

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
