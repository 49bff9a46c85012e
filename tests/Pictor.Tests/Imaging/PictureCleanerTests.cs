using System.Text;
using Pictor.Imaging;

namespace Pictor.Tests.Imaging;

public sealed class PictureCleanerTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    public void A_clean_file_stays_as_it_is_to_the_byte_twice_over(PictureFormat format)
    {
        Clean(Samples.Quarters(format));
        var once = File.ReadAllBytes(scratch["out"]);
        Clean(once);

        File.ReadAllBytes(scratch["out"]).ShouldBe(once);
        if (format != PictureFormat.Png)
        {
            once.ShouldBe(Samples.Quarters(format));
        }
    }

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    public void Exif_and_trailing_bytes_stay_behind_and_no_pixel_is_encoded_again(PictureFormat format)
    {
        var plain = Samples.Quarters(format);
        Clean(plain);
        var clean = PixelBytes();

        Clean([.. Samples.WithExif(format, 1), .. Encoding.ASCII.GetBytes(Samples.Secret)]);

        MustNotTell();
        PixelBytes().ShouldBe(clean);
    }

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    public void The_orientation_is_applied_to_the_pixels(PictureFormat format)
    {
        // Which quarter of the stored picture is displayed at top left, top right, bottom left, bottom right.
        string[] displayed = ["ABCD", "BADC", "DCBA", "CDAB", "ACBD", "CADB", "DBCA", "BDAC"];
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var header = Clean(Samples.WithExif(format, orientation));

            header.Orientation.ShouldBe(1);
            header.Format.ShouldBe(format);
            header.ShouldBe(PictureProbe.Read(scratch["out"], PictureLimits.Default));
            var (right, bottom) = (header.Width - 6, header.Height - 6);
            string[] corners =
            [
                Samples.Colour(scratch["out"], 5, 5), Samples.Colour(scratch["out"], right, 5),
                Samples.Colour(scratch["out"], 5, bottom), Samples.Colour(scratch["out"], right, bottom),
            ];
            corners.ShouldBe(displayed[orientation - 1].Select(quarter => quarter switch
            {
                'A' => Samples.Red,
                'B' => Samples.Green,
                'C' => Samples.Blue,
                _ => Samples.White,
            }), $"orientation {orientation}");
            MustNotTell();
        }
    }

    [Fact]
    public void Png_text_time_and_unknown_chunks_stay_behind()
    {
        var secret = Encoding.ASCII.GetBytes("Comment\0" + Samples.Secret);
        byte[] chunks =
        [
            .. Samples.Chunk("tEXt", secret), .. Samples.Chunk("iTXt", secret), .. Samples.Chunk("tIME", new byte[7]),
            .. Samples.Chunk("caBX", secret), .. Samples.Chunk("prVt", secret),
        ];

        Clean(Samples.AfterHeader(Samples.Quarters(PictureFormat.Png), chunks));

        MustNotTell();
        Encoding.Latin1.GetString(File.ReadAllBytes(scratch["out"])).ShouldNotContain("tIME");
    }

    [Fact]
    public void Jpeg_comments_xmp_iptc_thumbnails_and_further_pictures_stay_behind()
    {
        var secret = Encoding.ASCII.GetBytes(Samples.Secret);
        byte[] segments =
        [
            .. Samples.Segment(0xFE, secret),
            .. Samples.Segment(0xE0, [.. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 3, 2, .. new byte[18], .. secret]),
            .. Samples.Segment(0xE0, [.. "JFXX\0"u8, 0x10, .. secret]),
            .. Samples.Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. secret]),
            .. Samples.Segment(0xE2, [.. "MPF\0"u8, .. secret]),
            .. Samples.Segment(0xED, [.. "Photoshop 3.0\0"u8, .. secret]),
            .. Samples.Segment(0xEB, [.. "JP"u8, .. secret]),
        ];
        var jpeg = Samples.Quarters(PictureFormat.Jpeg);

        Clean([.. Samples.AfterStart(jpeg, segments), .. Samples.AfterStart(jpeg, Samples.Segment(0xFE, secret))]);

        MustNotTell();
        File.ReadAllBytes(scratch["out"]).Length.ShouldBeLessThan(jpeg.Length + 40);
    }

    [Fact]
    public void WebP_xmp_and_unknown_chunks_stay_behind_and_the_flags_say_so()
    {
        var secret = Encoding.ASCII.GetBytes(Samples.Secret);
        byte[] after = [.. Samples.RiffChunk("EXIF", Samples.Exif(1)), .. Samples.RiffChunk("XMP ", secret), .. Samples.RiffChunk("HIDE", secret)];

        Clean(Samples.ExtendedWebP(Samples.Quarters(PictureFormat.WebP), 0x08 | 0x04 | 0x20, after));

        MustNotTell();
        File.ReadAllBytes(scratch["out"])[20].ShouldBe((byte)0);
    }

    [Theory]
    [InlineData("jpegsave", "ICC_PROFILE")]
    [InlineData("pngsave", "iCCP")]
    [InlineData("webpsave", "ICCP")]
    public void The_colour_profile_stays_and_so_do_the_colours(string saver, string mark)
    {
        var wide = Samples.WithProfile(saver);
        Clean(wide);

        Encoding.Latin1.GetString(File.ReadAllBytes(scratch["out"])).ShouldContain(mark);
        using var before = Picture.Open(scratch.Put("before", wide), PictureLimits.Default);
        using var after = Picture.Open(scratch["out"], PictureLimits.Default);
        after.ReadPixel(9, 9).ShouldBe(before.ReadPixel(9, 9));
        Math.Abs(after.ReadPixel(9, 9)[0] - 200).ShouldBeLessThan(8, "the profile is obeyed");
    }

    [Fact]
    public void Gif_and_avif_become_png()
    {
        foreach (var bytes in (byte[][])[Samples.Quarters(PictureFormat.Gif), Samples.Quarters(PictureFormat.Avif), Samples.AnimatedGif()])
        {
            var header = Clean(bytes);

            header.Format.ShouldBe(PictureFormat.Png);
            header.Animated.ShouldBeFalse();
            PictureProbe.Read(scratch["out"], PictureLimits.Default).Format.ShouldBe(PictureFormat.Png);
            Samples.Colour(scratch["out"], 5, 5).ShouldBe(Samples.Red);
            Samples.Colour(scratch["out"], 40, 5).ShouldBe(Samples.Green);
        }
    }

    [Fact]
    public void Of_an_animation_the_first_frame_remains()
    {
        foreach (var bytes in (byte[][])[Samples.AnimatedPng(), Samples.AnimatedWebP(Samples.Quarters(PictureFormat.WebP))])
        {
            var header = Clean(bytes);

            header.Animated.ShouldBeFalse();
            PictureProbe.Read(scratch["out"], PictureLimits.Default).Animated.ShouldBeFalse();
            Samples.Colour(scratch["out"], 40, 5).ShouldBe(Samples.Green);
            MustNotTell();
        }
    }

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Gif)]
    [InlineData(PictureFormat.Avif)]
    public void A_file_cut_short_is_refused_and_leaves_nothing(PictureFormat format)
    {
        var whole = Samples.Quarters(format, 480, 320, lossless: false);
        foreach (var part in (double[])[0.02, 0.3, 0.6, 0.9, 0.97])
        {
            var fault = Should.Throw<PictureException>(() => Clean(whole[..(int)(whole.Length * part)]), $"{format} {part}");

            fault.Fault.ShouldBeOneOf(PictureFault.Damaged, PictureFault.NotAPicture);
            File.Exists(scratch["out"]).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    public void Corrupt_pixels_are_refused(PictureFormat format)
    {
        var bytes = Samples.Quarters(format, 480, 320);
        bytes.AsSpan(bytes.Length / 2, bytes.Length / 4).Fill(0xFF);

        Should.Throw<PictureException>(() => Clean(bytes)).Fault.ShouldBe(PictureFault.Damaged);
    }

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    public void A_made_picture_that_is_clean_stays_the_file_it_is(PictureFormat format)
    {
        Clean(Samples.Quarters(format, 480, 320));
        var bytes = File.ReadAllBytes(scratch["out"]);
        File.Delete(scratch["out"]);

        var made = PictureCleaner.CleanMade(scratch.Put("in", bytes), scratch["out"], PictureLimits.Default, CancellationToken.None);

        made.Path.ShouldBe(scratch["in"]);
        made.Sha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        (made.Bytes, made.Header.Format, made.Header.Width, made.Header.Height).ShouldBe((bytes.Length, format, 480, 320));
        File.Exists(scratch["out"]).ShouldBeFalse();
        File.ReadAllBytes(scratch["in"]).ShouldBe(bytes);
    }

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    public void A_made_picture_with_something_behind_it_is_copied_without_it(PictureFormat format)
    {
        Clean(Samples.Quarters(format, 480, 320));
        var bytes = File.ReadAllBytes(scratch["out"]);
        File.Delete(scratch["out"]);

        var made = PictureCleaner.CleanMade(scratch.Put("in", [.. bytes, .. "trailing"u8]), scratch["out"], PictureLimits.Default, CancellationToken.None);

        made.Path.ShouldBe(scratch["out"]);
        File.ReadAllBytes(made.Path).ShouldBe(bytes);
        made.Sha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        made.Bytes.ShouldBe(bytes.Length);
    }

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    public void A_made_picture_that_is_cut_short_is_refused(PictureFormat format)
    {
        var bytes = Samples.Quarters(format, 480, 320);

        Should.Throw<PictureException>(() => PictureCleaner.CleanMade(scratch.Put("in", bytes.AsSpan(0, bytes.Length * 3 / 4).ToArray()), scratch["out"], PictureLimits.Default, CancellationToken.None))
            .Fault.ShouldBe(PictureFault.Damaged);
        File.Exists(scratch["out"]).ShouldBeFalse();
    }

    [Fact]
    public void Decoding_that_goes_over_its_time_is_stopped()
    {
        var path = scratch.Put("in", Samples.Quarters(PictureFormat.Png, 2_000, 2_000));
        var noTime = PictureLimits.Default with { MaxDecode = TimeSpan.Zero };

        Should.Throw<PictureException>(() => PictureCleaner.Clean(path, scratch["out"], noTime, CancellationToken.None))
            .Fault.ShouldBe(PictureFault.TookTooLong);
        File.Exists(scratch["out"]).ShouldBeFalse();
        using var picture = Picture.Open(path, noTime);
        Should.Throw<PictureException>(() => picture.ReadPixel(0, 0)).Fault.ShouldBe(PictureFault.TookTooLong);
    }

    [Fact]
    public void A_cancelled_call_ends_as_cancelled_and_leaves_nothing()
    {
        var path = scratch.Put("in", Samples.Quarters(PictureFormat.Png));

        Should.Throw<OperationCanceledException>(() =>
            PictureCleaner.Clean(path, scratch["out"], PictureLimits.Default, new CancellationToken(canceled: true)));
        File.Exists(scratch["out"]).ShouldBeFalse();
    }

    private PictureHeader Clean(byte[] bytes) =>
        PictureCleaner.Clean(scratch.Put("in", bytes), scratch["out"], PictureLimits.Default, CancellationToken.None);

    private void MustNotTell()
    {
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(scratch["out"]));
        text.ShouldNotContain(Samples.Secret);
        text.ShouldNotContain("Exif");
    }

    // The entropy-coded part: what follows the frame's header, which cleaning must not touch.
    private byte[] PixelBytes()
    {
        var bytes = File.ReadAllBytes(scratch["out"]);
        var text = Encoding.Latin1.GetString(bytes);
        var start = new[] { text.IndexOf("IDAT", StringComparison.Ordinal), text.IndexOf("VP8L", StringComparison.Ordinal), text.IndexOf("\u00FF\u00DA", StringComparison.Ordinal) }.Max();
        start.ShouldBeGreaterThan(0);
        return bytes[start..];
    }
}
