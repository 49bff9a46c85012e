using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pictor.FakeUpstreams;

/// <summary>A task of a vendor that is polled. All of it stands in its id, so that tasks outlive the fake's process as its record does.</summary>
/// <param name="Words">What the fake was told to do with it.</param>
/// <param name="Width">Of its pictures.</param>
/// <param name="Height">Of its pictures.</param>
/// <param name="Format">Of its pictures, as a file's ending.</param>
/// <param name="Seed">Of its first picture.</param>
/// <param name="Pictures">How many there are in the end.</param>
/// <param name="At">When it was accepted, in Unix milliseconds.</param>
/// <param name="Number">Makes equal tasks two.</param>
internal sealed record FakeTask(string Words, int Width, int Height, string Format, long Seed, int Pictures, long At, int Number)
{
    private const int BigPicture = 300_000;

    private static readonly ConcurrentDictionary<string, int> Looked = new();

    /// <summary>Letters, digits, dashes.</summary>
    [JsonIgnore]
    public string Id => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    public static FakeTask New(FakeCall call, int width, int height, string? format, long? seed, int pictures) => new(
        call.Directives.ToString(),
        width,
        height,
        format switch { "jpeg" or "jpg" => "jpg", "webp" => "webp", _ => "png" },
        seed ?? Random.Shared.Next(),
        call.Directives.Number("pictures", pictures),
        TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        Random.Shared.Next(1_000_000));

    public static FakeTask? Read(string? id)
    {
        try
        {
            return id is null ? null : JsonSerializer.Deserialize<FakeTask>(Base64Url.DecodeFromChars(id));
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }

    public Directives Directives() => FakeUpstreams.Directives.Parse(Words);

    /// <summary>How often the task was looked at before, in this process.</summary>
    public int Looks() => Looked.AddOrUpdate(Id, 1, (_, looks) => looks + 1) - 1;

    /// <summary>True when it has been looked at often enough, its time is over, and nothing holds it.</summary>
    /// <param name="looks">What <see cref="Looks"/> gave.</param>
    /// <param name="fake">Tells how long a task takes, and whether what is held was released.</param>
    public bool IsOver(int looks, FakeUpstream fake)
    {
        var words = Directives();
        var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(At);
        return looks >= words.Number("polls", 0)
            && age >= TimeSpan.FromMilliseconds(words.Number("task-ms", (int)fake.Options.TaskTime.TotalMilliseconds))
            && (words["until"] is not { } release || fake.WasReleased(release));
    }

    /// <summary>The links to its pictures; with <c>inline=small</c> or <c>inline=big</c> data URIs.</summary>
    public IReadOnlyList<string> Links(FakeUpstream fake)
    {
        var words = Directives();
        return [.. Enumerable.Range(0, Pictures).Select(index =>
        {
            var picture = new FakePicture(Width, Height, FakePicture.ReadFormat(Format), (int)((Seed + index) % 1000));
            return words["inline"] switch
            {
                null => fake.LinkTo(picture, words),
                "big" => "data:image/png;base64," + Convert.ToBase64String(NoisePng.Make(BigPicture)),
                _ => $"data:{picture.MediaType};base64,{Convert.ToBase64String(fake.Pictures.Bytes(picture))}",
            };
        })];
    }
}
