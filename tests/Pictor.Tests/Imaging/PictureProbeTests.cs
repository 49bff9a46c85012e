using System.Buffers.Binary;
using Pictor.Imaging;

namespace Pictor.Tests.Imaging;

public sealed class PictureProbeTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Gif)]
    [InlineData(PictureFormat.Avif)]
    public void Knows_each_format_by_its_first_32_bytes_and_measures_it(PictureFormat format)
    {
        var bytes = Samples.Quarters(format);
        PictureProbe.Sniff(bytes.AsSpan(0, 32)).ShouldBe(format);

        var header = PictureProbe.Read(scratch.Put("wrong-name.txt", bytes), PictureLimits.Default);

        header.Format.ShouldBe(format);
        (header.Width, header.Height, header.Orientation, header.Animated).ShouldBe((48, 32, 1, false));
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><rect width=\"9\" height=\"9\"/></svg>")]
    [InlineData("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>")]
    [InlineData("%PDF-1.7 and so on, and on, and on")]
    [InlineData("{\"error\": \"no picture today, sorry\"}")]
    [InlineData("RIFF\0\0\0\0WAVEfmt and so on")]
    public void Refuses_what_is_no_picture(string text)
    {
        var path = scratch.Put("picture.png", System.Text.Encoding.UTF8.GetBytes(text));

        Should.Throw<PictureException>(() => PictureProbe.Read(path, PictureLimits.Default)).Fault.ShouldBe(PictureFault.NotAPicture);
        Should.Throw<PictureException>(() => Picture.Open(path, PictureLimits.Default)).Fault.ShouldBe(PictureFault.NotAPicture);
        Should.Throw<PictureException>(() => PictureCleaner.Clean(path, scratch["out"], PictureLimits.Default, CancellationToken.None))
            .Fault.ShouldBe(PictureFault.NotAPicture);
    }

    [Theory]
    [InlineData("II*\0\b\0\0\0 and so on")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic")]
    [InlineData("BM\u0036\0\0\0\0\0\0\0\u0036\0\0\0")]
    public void Names_a_format_that_is_not_taken(string text)
    {
        var path = scratch.Put("picture", System.Text.Encoding.Latin1.GetBytes(text));

        var fault = Should.Throw<PictureException>(() => PictureProbe.Read(path, PictureLimits.Default));

        fault.Fault.ShouldBe(PictureFault.Unsupported);
        fault.Message.ShouldContain("pictures are not taken");
    }

    [Fact]
    public void Refuses_an_empty_file_as_damaged() =>
        FaultOf([]).ShouldBe(PictureFault.Damaged);

    [Theory]
    [InlineData(0x8000_0000, 0x8000_0000)]
    [InlineData(0x7FFF_FFFF, 0x7FFF_FFFF)]
    [InlineData(30_000, 30_000)]
    [InlineData(16_385, 1)]
    [InlineData(8_000, 6_251)]
    public void Refuses_a_bomb_by_its_header(uint width, uint height)
    {
        var bomb = Samples.PngHeader(width, height);

        bomb.Length.ShouldBe(69);
        FaultOf(bomb).ShouldBe(PictureFault.TooManyPixels);
    }

    [Fact]
    public void Takes_a_size_right_at_the_limit() =>
        PictureProbe.Read(scratch.Put("large", Samples.PngHeader(8_000, 6_250)), PictureLimits.Default).Width.ShouldBe(8_000);

    [Fact]
    public void Refuses_the_frame_of_a_gif_that_is_larger_than_its_screen()
    {
        var gif = Samples.Quarters(PictureFormat.Gif);
        var frame = gif.AsSpan().IndexOf((byte)0x2C);
        while (gif[frame + 5] != 48 || gif[frame + 7] != 32)
        {
            frame += 1 + gif.AsSpan(frame + 1).IndexOf((byte)0x2C);
        }

        (gif[frame + 6], gif[frame + 8]) = (0xFF, 0xFF);

        FaultOf(gif).ShouldBe(PictureFault.TooManyPixels);
    }

    [Theory]
    [InlineData(0x70000000, 32)]
    [InlineData(16_384, 16_384)]
    [InlineData(6_000, 5_000)]
    public void Refuses_an_avif_by_the_sizes_that_its_boxes_name(int width, int height)
    {
        var avif = Samples.Quarters(PictureFormat.Avif);
        var sizes = avif.AsSpan(avif.AsSpan().IndexOf("ispe"u8) + 8);
        BinaryPrimitives.WriteInt32BigEndian(sizes, width);
        BinaryPrimitives.WriteInt32BigEndian(sizes[4..], height);

        FaultOf(avif).ShouldBe(PictureFault.TooManyPixels);
    }

    [Fact]
    public void Boxes_within_boxes_without_end_are_refused_without_following_them()
    {
        var avif = Samples.Quarters(PictureFormat.Avif)[..32];
        var deep = new byte[12 * 100_000];
        for (var at = 0; at < deep.Length; at += 12)
        {
            BinaryPrimitives.WriteInt32BigEndian(deep.AsSpan(at), deep.Length - at);
            "meta"u8.CopyTo(deep.AsSpan(at + 4));
        }

        FaultOf([.. avif, .. deep]).ShouldBe(PictureFault.Damaged);
    }

    [Fact]
    public void Refuses_more_bytes_than_allowed()
    {
        var bytes = Samples.Quarters(PictureFormat.Png);

        FaultOf(bytes, PictureLimits.Default with { MaxBytes = bytes.Length - 1 }).ShouldBe(PictureFault.TooManyBytes);
        PictureProbe.Read(scratch["picture"], PictureLimits.Default with { MaxBytes = bytes.Length }).Width.ShouldBe(48);
    }

    [Theory]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.WebP)]
    public void Reads_the_orientation_and_measures_the_picture_as_displayed(PictureFormat format)
    {
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var path = scratch.Put("picture", Samples.WithExif(format, orientation));

            var header = PictureProbe.Read(path, PictureLimits.Default);

            header.Orientation.ShouldBe(orientation);
            (header.Width, header.Height).ShouldBe(orientation >= 5 ? (32, 48) : (48, 32));
        }
    }

    [Fact]
    public void Sees_the_second_frame()
    {
        Read(Samples.AnimatedGif()).Animated.ShouldBeTrue();
        Read(Samples.AnimatedPng()).Animated.ShouldBeTrue();
        Read(Samples.AnimatedWebP(Samples.Quarters(PictureFormat.WebP))).Animated.ShouldBeTrue();
    }

    [Fact]
    public void Sees_transparency()
    {
        using var clear = Picture.Solid(8, 8, 1, 2, 3, 100);
        foreach (var format in (PictureFormat[])[PictureFormat.Png, PictureFormat.WebP, PictureFormat.Gif, PictureFormat.Avif])
        {
            clear.Save(scratch["clear"], new PictureEncoding(format));
            PictureProbe.Read(scratch["clear"], PictureLimits.Default).HasAlpha.ShouldBeTrue(format.ToString());
        }

        Read(Samples.Quarters(PictureFormat.Png)).HasAlpha.ShouldBeFalse();
        Read(Samples.Quarters(PictureFormat.Jpeg)).HasAlpha.ShouldBeFalse();
        Read(Samples.Quarters(PictureFormat.WebP)).HasAlpha.ShouldBeFalse();
        Read(Samples.Quarters(PictureFormat.Avif)).HasAlpha.ShouldBeFalse();
    }

    private PictureHeader Read(byte[] bytes) => PictureProbe.Read(scratch.Put("picture", bytes), PictureLimits.Default);

    private PictureFault FaultOf(byte[] bytes, PictureLimits? limits = null) =>
        Should.Throw<PictureException>(() => PictureProbe.Read(scratch.Put("picture", bytes), limits ?? PictureLimits.Default)).Fault;
}
