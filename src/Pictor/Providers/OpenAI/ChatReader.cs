using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pictor.Errors;
using Pictor.Upstream.Splitting;

namespace Pictor.Providers.OpenAI;

/// <summary>Reads the pictures out of a chat completion, whole or streamed.</summary>
internal sealed class ChatReader(ProviderCall call) : IDisposable
{
    private readonly ChatContent _content = new(call.WorkFolder);
    private readonly List<ProviderImage> _images = [];
    private readonly StringBuilder _refusal = new();
    private GatewayError? _error;
    private bool _isFiltered;

    /// <summary>The last word of a stream was said: what comes behind it changes nothing.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Reads a whole answer or one chunk; what is not understood is passed over.</summary>
    public void Read(SplitBody body)
    {
        if (body.Json.Span.Trim(" \r\n"u8).SequenceEqual("[DONE]"u8))
        {
            IsOver = true;
            return;
        }

        ChatWire? chunk;
        try
        {
            chunk = JsonSerializer.Deserialize(body.Json.Span, OpenAIJson.Default.ChatWire);
        }
        catch (JsonException)
        {
            return;
        }

        var choice = chunk?.Choices is [{ } first, ..] ? first : null;
        var finish = choice?.FinishReason.Text();
        _isFiltered |= finish == "content_filter";
        if ((choice?.Message ?? choice?.Delta) is { } said)
        {
            Read(said, body);
        }
        else if (choice is null && UpstreamErrorBody.Read(body.Json) is { IsVendors: true } error)
        {
            _error = OpenAIErrors.InSuccess(error, call, hasBegun: !string.IsNullOrWhiteSpace(_content.Text));
        }

        // Some never say the last word and keep the line open.
        IsOver |= finish == "stop" && HasPicture;
    }

    /// <summary>The answer was cut off.</summary>
    /// <returns>True when a picture of it came whole.</returns>
    public bool Cut()
    {
        _content.Cut();
        return HasPicture;
    }

    /// <summary>What came of all that was said.</summary>
    public ProviderOutcome End()
    {
        _content.End();
        foreach (var found in Shown)
        {
            _images.Add(_content.Files.TryGetValue(found, out var file) ? ProviderImage.FromFile(file) : ProviderImage.FromLink(new Uri(found)));
        }

        if (_images.Count > 0)
        {
            return new ProviderOutcome.Done([.. Distinct().Take(call.Count)]);
        }

        if (_error is { } error)
        {
            return new ProviderOutcome.Failed(error);
        }

        if (_refusal.Length > 0)
        {
            return new ProviderOutcome.Failed(new GatewayError(ErrorKind.Moderated, $"The upstream refused the content: {SubmitErrors.Said(_refusal.ToString(), call.Channel)}"));
        }

        var prose = ChatExtraction.Prose(_content.Text);
        var words = UpstreamErrorBody.Read(Encoding.UTF8.GetBytes(prose));
        if (OpenAIErrors.Moderated(words, call) is { } moderated)
        {
            return new ProviderOutcome.Failed(moderated);
        }

        if (_isFiltered)
        {
            return new ProviderOutcome.Failed(new GatewayError(ErrorKind.Moderated, "The upstream refused the content."));
        }

        return prose.Length > 0 ? new ProviderOutcome.Failed(OpenAIErrors.InSuccess(words, call, hasBegun: true)) : SubmitErrors.Unreadable("without a picture");
    }

    public void Dispose() => _content.Dispose();

    private bool HasPicture => _images.Count > 0 || Shown.Count > 0;

    private IReadOnlyList<string> Shown => ChatExtraction.Pictures(_content.Text, _content.Files.Keys, ChatMapping.LinksOf(call));

    private void Read(ChatMessageWire said, SplitBody body)
    {
        _refusal.Append(said.Refusal.Words());
        if (said.Content.Words() is { } words)
        {
            _content.Append(words, body);
        }
        else if (said.Content.ValueKind == JsonValueKind.Array)
        {
            ReadParts(said.Content, body);
        }

        if (said.Images.ValueKind == JsonValueKind.Array)
        {
            ReadParts(said.Images, body);
        }
    }

    private void ReadParts(JsonElement parts, SplitBody body)
    {
        foreach (var part in parts.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object)
            {
                Add(part);
            }
            else if (part.TryGetProperty("image_url", out var picture))
            {
                Add(picture.ValueKind == JsonValueKind.Object ? picture.Member("url") : picture);
            }
            else if (part.Member("text").Words() is { } words)
            {
                _content.Append(words, body);
            }
        }

        void Add(JsonElement picture)
        {
            if (PictureSink.Take(picture.Text(), body) is { } image)
            {
                _images.Add(image);
            }
        }
    }

    /// <summary>The same picture is often shown twice; equal links are known already, equal bytes are not.</summary>
    private IEnumerable<ProviderImage> Distinct() => _images.Count == 1 ? _images : _images.DistinctBy(image =>
    {
        if (image.File is null)
        {
            return image.Link!.AbsoluteUri;
        }

        using var file = File.OpenRead(image.File);
        return Convert.ToHexString(SHA256.HashData(file));
    });
}
