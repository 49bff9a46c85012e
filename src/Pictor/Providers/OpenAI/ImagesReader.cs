using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Upstream.Splitting;

namespace Pictor.Providers.OpenAI;

/// <summary>Reads the pictures out of answers of the Images API, from OpenAI's own to the strangest of a relay.</summary>
internal sealed class ImagesReader(ProviderCall call)
{
    private readonly List<ProviderImage> _images = [];
    private ImageUsage? _usage;
    private GatewayError? _error;
    private bool _hasBegun;

    /// <summary>True when pictures are here already, whatever happens to the rest of the answer.</summary>
    public bool HasImages => _images.Count > 0;

    /// <summary>What came of all that was read.</summary>
    public ProviderOutcome Outcome => _images.Count > 0
        ? new ProviderOutcome.Done([.. _images.Take(call.Count)]) { Usage = _usage }
        : _error is { } error ? new ProviderOutcome.Failed(error) : SubmitErrors.Unreadable("without a picture");

    /// <summary>Reads a whole answer.</summary>
    public void Read(SplitBody body)
    {
        if (Read(body.Json, OpenAIJson.Default.ImagesAnswerWire) is not { } answer)
        {
            return;
        }

        // Some relays list the same pictures under both names.
        Add(answer.Data, answer, body);
        if (_images.Count == 0)
        {
            Add(answer.Images, answer, body);
        }

        _usage = Usage(answer.Usage);
        var said = Read(body.Json);
        if (_images.Count == 0 && said.IsVendors)
        {
            _error = OpenAIErrors.InSuccess(said, call, _hasBegun);
        }
    }

    /// <summary>Reads one event of a streamed answer.</summary>
    public void Read(SplitEvent part)
    {
        if (Read(part.Data.Json, OpenAIJson.Default.ImageEventWire) is not { } data)
        {
            return;
        }

        var type = data.Type.Text() ?? part.Name ?? "";
        if (data.Error.ValueKind is JsonValueKind.Object or JsonValueKind.String || type == "error")
        {
            _error = OpenAIErrors.InSuccess(Read(part.Data.Json), call, _hasBegun);
        }
        else if (type.EndsWith(".partial_image", StringComparison.Ordinal))
        {
            _hasBegun = true;
            if (PictureSink.Take(data.B64Json.Text(), part.Data) is { File: { } file })
            {
                call.Partial?.Invoke(new PartialImage(_images.Count, data.PartialImageIndex.Whole() ?? 0, file));
            }
        }
        else if (type.EndsWith(".completed", StringComparison.Ordinal))
        {
            Add(data.B64Json, data.Url, default, data.Quality, part.Data);
            _usage = Sum(_usage, Usage(data.Usage));
        }
        else
        {
            // A relay that sends its ordinary answer as an event.
            Read(part.Data);
        }
    }

    private void Add(JsonElement list, ImagesAnswerWire answer, SplitBody body)
    {
        foreach (var entry in Entries(list))
        {
            var image = entry.ValueKind switch
            {
                JsonValueKind.String => new ImageWire { Url = entry },
                JsonValueKind.Object => Read(entry, OpenAIJson.Default.ImageWire),
                _ => null,
            };
            if (image is not null)
            {
                Add(image.B64Json, image.Url, image.RevisedPrompt, answer.Quality, body);
            }
        }
    }

    private void Add(JsonElement base64, JsonElement url, JsonElement revised, JsonElement quality, SplitBody body)
    {
        // What is here already beats what has to be fetched.
        if ((PictureSink.Take(base64.Text(), body) ?? PictureSink.Take(url.Text(), body)) is { } image)
        {
            _images.Add(image with { RevisedPrompt = revised.Text() is { Length: > 0 } prompt ? prompt : null, Quality = quality.Text() });
        }
    }

    private static IEnumerable<JsonElement> Entries(JsonElement list) => list.ValueKind switch
    {
        JsonValueKind.Array => list.EnumerateArray(),
        JsonValueKind.Object => [list],
        _ => [],
    };

    private static UpstreamErrorBody Read(ReadOnlyMemory<byte> json) => UpstreamErrorBody.Read(json);

    private static T? Read<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static T? Read<T>(JsonElement element, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return element.Deserialize(type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ImageUsage? Usage(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || Read(element, OpenAIJson.Default.UsageWire) is not { } usage)
        {
            return null;
        }

        var images = usage.InputTokensDetails?.ImageTokens ?? 0;
        return new ImageUsage(Math.Max(0, usage.InputTokens - images), images, usage.OutputTokens);
    }

    private static ImageUsage? Sum(ImageUsage? first, ImageUsage? second) => first is null || second is null
        ? first ?? second
        : new ImageUsage(first.InputTextTokens + second.InputTextTokens, first.InputImageTokens + second.InputImageTokens, first.OutputTokens + second.OutputTokens);
}
