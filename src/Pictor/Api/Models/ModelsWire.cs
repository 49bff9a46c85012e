using System.Text.Json.Serialization;
using Pictor.Catalog;
using Pictor.Images;

namespace Pictor.Api.Models;

/// <summary>One model: OpenAI's members first, then what OpenRouter's and the relays' clients look for, then ours.</summary>
internal sealed record ModelWire
{
    public required string Id { get; init; }

    public string Object => "model";

    public required long Created { get; init; }

    public required string OwnedBy { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required ModelArchitectureWire Architecture { get; init; }

    public required IReadOnlyList<string> SupportedParameters { get; init; }

    /// <summary>What relay clients filter their lists by.</summary>
    public required IReadOnlyList<string> SupportedEndpointTypes { get; init; }

    public required ModelPricingWire Pricing { get; init; }

    public required ModelCapabilitiesWire Capabilities { get; init; }

    // Where prices go by size and quality, one has to be shown: the dearest quality at the usual size, as the vendors' lists have it.
    private static PixelSize UsualSize => new(1024, 1024);

    public static ModelWire Of(Model model)
    {
        var capabilities = model.Capabilities;
        var row = model.Price!.QuoteFor(quality: null, UsualSize).Rows[0];
        var images = capabilities.MaxReferences > 0;
        return new ModelWire
        {
            Id = model.Name,
            Created = new DateTimeOffset(model.Released.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeSeconds(),
            OwnedBy = model.OwnedBy,
            Name = model.Name,
            Description = model.Description,
            Architecture = new ModelArchitectureWire(images ? ["text", "image"] : ["text"], ["image"]),
            SupportedParameters = [.. capabilities.Parameters.Order(StringComparer.Ordinal), "n", "output_format", "response_format"],
            SupportedEndpointTypes = images ? ["image-generation", "image-edit", "openai"] : ["image-generation", "openai"],
            Pricing = new ModelPricingWire("0", "0", "0", row.Ours.ToString(), row.List.ToString(), model.Price.Currency),
            Capabilities = ModelCapabilitiesWire.Of(capabilities),
        };
    }
}

internal sealed record ModelArchitectureWire(IReadOnlyList<string> InputModalities, IReadOnlyList<string> OutputModalities);

/// <summary>Amounts are decimal strings; <c>image</c> is what one picture costs here, <c>image_list</c> what its vendor asks.</summary>
internal sealed record ModelPricingWire(string Prompt, string Completion, string Request, string Image, string ImageList, string Currency);

internal sealed record ModelCapabilitiesWire
{
    /// <summary>Legal sizes, or null where a rule decides.</summary>
    public IReadOnlyList<string>? Sizes { get; init; }

    public IReadOnlyList<string>? AspectRatioRange { get; init; }

    public required int MaxReferences { get; init; }

    public required bool Mask { get; init; }

    public required int MaxN { get; init; }

    public required IReadOnlyList<string> OutputFormats { get; init; }

    public required string DefaultOutputFormat { get; init; }

    public required string DefaultResponseFormat { get; init; }

    public IReadOnlyList<string>? Qualities { get; init; }

    public static ModelCapabilitiesWire Of(Capabilities capabilities) => new()
    {
        Sizes = capabilities.Sizes is SizeRule.Listed listed ? [.. listed.Sizes.Select(size => size.ToString())] : null,
        AspectRatioRange = capabilities.Sizes switch
        {
            SizeRule.RatioRange range => [range.Narrowest.ToString(), range.Widest.ToString()],
            SizeRule.Free free => [$"1:{free.Steepest}", $"{free.Steepest}:1"],
            _ => null,
        },
        MaxReferences = capabilities.MaxReferences,
        Mask = capabilities.Mask,
        MaxN = capabilities.MaxN,
        OutputFormats = [.. capabilities.Formats.Select(format => format.Name())],
        DefaultOutputFormat = capabilities.DefaultFormat.Name(),
        DefaultResponseFormat = capabilities.DefaultResponse.Name(),
        Qualities = capabilities.Qualities.Count == 0 ? null : capabilities.Qualities,
    };
}

internal sealed record ModelListWire(IReadOnlyList<ModelWire> Data)
{
    public string Object => "list";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelListWire))]
internal sealed partial class ModelsWire : JsonSerializerContext;
