using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Pictor.Imaging;

namespace Pictor.FakeUpstreams;

/// <summary>The pictures of all fakes: real ones, drawn once for each size, format and colour; or one prepared payload.</summary>
public sealed partial class FakePictures(int payloadBytes)
{
    private readonly ConcurrentDictionary<FakePicture, Lazy<byte[]>> _drawn = new();
    private readonly ConcurrentDictionary<FakePicture, Lazy<byte[]>> _base64 = new();
    private readonly Lazy<byte[]> _payload = new(() => NoisePng.Make(payloadBytes / 4 * 3));

    /// <summary>The bytes of a picture.</summary>
    public byte[] Bytes(FakePicture picture) =>
        payloadBytes > 0 ? _payload.Value : _drawn.GetOrAdd(picture, key => new Lazy<byte[]>(() => Draw(key))).Value;

    /// <summary>The same as base64 in UTF-8.</summary>
    public byte[] Base64(FakePicture picture) =>
        _base64.GetOrAdd(payloadBytes > 0 ? FakePicture.Payload : picture, key => new Lazy<byte[]>(() =>
        {
            var bytes = Bytes(key);
            var text = new byte[System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length)];
            System.Buffers.Text.Base64.EncodeToUtf8(bytes, text, out _, out _);
            return text;
        })).Value;

    /// <summary>Reads <c>1024x1536</c> (also with ×, X and *); null when it is none.</summary>
    public static (int Width, int Height)? ReadSize(string? text)
    {
        var match = Size().Match(text ?? "");
        return match.Success
            ? (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))
            : null;
    }

    private static byte[] Draw(FakePicture picture)
    {
        var hue = (uint)picture.Colour * 2_654_435_761u;
        var path = Path.GetTempFileName();
        try
        {
            using var drawn = Picture.Solid(picture.Width, picture.Height, (byte)(hue >> 24), (byte)(hue >> 16), (byte)(hue >> 8));
            drawn.Save(path, new PictureEncoding(picture.Format));
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [GeneratedRegex(@"^(\d{1,5})[xX×*](\d{1,5})$")]
    private static partial Regex Size();
}

/// <summary>What a picture looks like; equal ones have equal bytes.</summary>
public readonly partial record struct FakePicture(int Width, int Height, PictureFormat Format, int Colour)
{
    public static readonly FakePicture Payload = new(0, 0, PictureFormat.Png, 0);

    public string MediaType => Format switch
    {
        PictureFormat.Jpeg => "image/jpeg",
        PictureFormat.WebP => "image/webp",
        _ => "image/png",
    };

    /// <summary>As the end of a link: <c>1024x768-7.png</c>.</summary>
    public string FileName => $"{Width}x{Height}-{Colour}.{(Format == PictureFormat.Jpeg ? "jpg" : Format.ToString().ToLowerInvariant())}";

    public static bool TryRead(string fileName, out FakePicture picture)
    {
        var match = Name().Match(fileName);
        picture = match.Success
            ? new FakePicture(Number(1), Number(2), ReadFormat(match.Groups[4].Value), Number(3))
            : default;
        return match.Success;

        int Number(int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>png unless it is one of the other names.</summary>
    public static PictureFormat ReadFormat(string? name) => name switch
    {
        "jpg" or "jpeg" => PictureFormat.Jpeg,
        "webp" => PictureFormat.WebP,
        _ => PictureFormat.Png,
    };

    [GeneratedRegex(@"^(\d{1,5})x(\d{1,5})-(\d{1,9})\.(png|jpg|webp)$")]
    private static partial Regex Name();
}
