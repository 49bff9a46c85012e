using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pictor.Imaging;

namespace Pictor.FakeUpstreams.OpenAI;

/// <summary>What a call to the Images API asks for, from JSON or from a form.</summary>
internal sealed class ImagesOrder
{
    private readonly FakeCall _call;

    public ImagesOrder(FakeCall call)
    {
        _call = call;
        call.UsePrompt(Text("prompt"));
        Size = FakePictures.ReadSize(Text("size")) ?? (1024, 1024);
        Format = FakePicture.ReadFormat(Text("output_format"));
        Count = int.TryParse(Text("n"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 1;
        Model = Text("model") ?? "dall-e-2";
    }

    public string Model { get; init; }

    public bool IsGptImage => Model.StartsWith("gpt-image", StringComparison.Ordinal) || Model.StartsWith("chatgpt-image", StringComparison.Ordinal);

    public (int Width, int Height) Size { get; init; }

    public PictureFormat Format { get; }

    /// <summary>As many as were asked for.</summary>
    public int Count { get; }

    /// <summary>As many as come.</summary>
    public int Made => _call.Directives.Number("pictures", Count);

    public bool Streams => Text("stream") == "true";

    public int Partials => int.TryParse(Text("partial_images"), NumberStyles.None, CultureInfo.InvariantCulture, out var partials) ? partials : 0;

    public Directives Directives => _call.Directives;

    public FakeUpstream Fake => _call.Fake;

    public IEnumerable<string> Names => _call.Form?.Keys ?? _call.Json?.Select(member => member.Key) ?? [];

    public IReadOnlyList<IFormFile> Files => _call.Form?.Files.ToList() ?? [];

    /// <summary>A value as text: <c>"3"</c> for 3, <c>"true"</c> for true; null when absent.</summary>
    public string? Text(string name)
    {
        if (_call.Form is { } form)
        {
            return form.TryGetValue(name, out var values) ? values.ToString() : null;
        }

        return _call.Json?[name] is JsonValue value
            ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()
            : null;
    }

    /// <summary>The picture at a position; each has its own colour.</summary>
    public FakePicture Picture(int position)
    {
        var (width, height) = position % 2 == 1 ? FakePictures.ReadSize(Directives["every-other"]) ?? Size : Size;
        return new(width, height, Format, position + 1 + Directives.Number("colour", 0));
    }
}
