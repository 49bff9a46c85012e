using Pictor.Imaging;

namespace Pictor.Tests.Imaging;

public sealed class PictureTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Gif)]
    [InlineData(PictureFormat.Avif)]
    public void Each_format_comes_back_as_it_went(PictureFormat format)
    {
        var path = scratch.Put("picture", Samples.Quarters(format));

        using var picture = Picture.Open(path, PictureLimits.Default);

        (picture.Width, picture.Height).ShouldBe((48, 32));
        Quarters(picture).ShouldBe([Samples.Red, Samples.Green, Samples.Blue, Samples.White]);
    }

    [Fact]
    public void Joins_side_by_side_in_order_at_the_height_of_the_tallest()
    {
        using var tall = Picture.Solid(50, 100, 255, 0, 0);
        using var low = Picture.Solid(30, 50, 0, 255, 0);
        using var seen = Picture.Solid(10, 100, 0, 0, 255, 128);

        using var joined = Picture.JoinSideBySide([tall, low, seen]);

        (joined.Width, joined.Height, joined.HasAlpha).ShouldBe((50 + 60 + 10, 100, true));
        joined.ReadPixel(49, 99).ShouldBe([255, 0, 0, 255]);
        joined.ReadPixel(50, 0).ShouldBe([0, 255, 0, 255]);
        joined.ReadPixel(109, 99).ShouldBe([0, 255, 0, 255]);
        joined.ReadPixel(110, 50).ShouldBe([0, 0, 255, 128]);
        joined.Save(scratch["joined"], new PictureEncoding(PictureFormat.Png));
        PictureProbe.Read(scratch["joined"], PictureLimits.Default).Width.ShouldBe(120);
    }

    [Theory]
    [InlineData(PictureFormat.Png, 1)]
    [InlineData(PictureFormat.WebP, 1)]
    [InlineData(PictureFormat.Gif, 1)]
    [InlineData(PictureFormat.Jpeg, 1)]
    [InlineData(PictureFormat.Jpeg, 2)]
    [InlineData(PictureFormat.Jpeg, 3)]
    [InlineData(PictureFormat.Jpeg, 5)]
    [InlineData(PictureFormat.Jpeg, 6)]
    [InlineData(PictureFormat.Jpeg, 7)]
    [InlineData(PictureFormat.Jpeg, 8)]
    public void Shrinking_while_it_is_decoded_gives_the_picture_that_shrinking_afterwards_gives(PictureFormat format, int orientation)
    {
        var path = scratch.Put("picture", orientation == 1 ? Samples.Quarters(format) : Samples.WithExif(format, orientation));
        using var source = Picture.Open(path, PictureLimits.Default);

        // A crop of all of it comes between, so that this one is decoded whole.
        using var afterwards = source.Crop(0, 0, source.Width, source.Height).Resize(12, 10);
        using var meanwhile = source.Resize(12, 10);

        (meanwhile.Width, meanwhile.Height).ShouldBe((12, 10));
        foreach (var (x, y) in (ReadOnlySpan<(int, int)>)[(2, 2), (9, 2), (2, 7), (9, 7)])
        {
            Samples.Colour(meanwhile, x, y).ShouldBe(Samples.Colour(afterwards, x, y));
        }
    }

    [Fact]
    public void Any_size_comes_out_exactly()
    {
        var random = new Random(11);
        using var source = Opened();
        for (var i = 0; i < 60; i++)
        {
            var (width, height) = (random.Next(1, 300), random.Next(1, 300));
            foreach (var sized in (Picture[])[source.Resize(width, height), source.Cover(width, height), source.Contain(width, height, 0, 0, 0)])
            {
                sized.Save(scratch["sized"], new PictureEncoding(PictureFormat.Png));
                var header = PictureProbe.Read(scratch["sized"], PictureLimits.Default);
                (header.Width, header.Height).ShouldBe((width, height));
            }
        }
    }

    [Fact]
    public void Cover_cuts_evenly_and_contain_pads_evenly()
    {
        using var source = Opened();

        using var cover = source.Cover(32, 64);
        Quarters(cover).ShouldBe([Samples.Red, Samples.Green, Samples.Blue, Samples.White]);
        using var contain = source.Contain(48, 64, 10, 200, 30);
        contain.ReadPixel(24, 3).ShouldBe([10, 200, 30, 255]);
        contain.ReadPixel(24, 60).ShouldBe([10, 200, 30, 255]);
        Samples.Colour(contain, 5, 18).ShouldBe(Samples.Red);
        Samples.Colour(contain, 42, 45).ShouldBe(Samples.White);
    }

    [Fact]
    public void Turns_and_flips()
    {
        using var source = Opened();

        Quarters(source.Rotate(90)).ShouldBe([Samples.Blue, Samples.Red, Samples.White, Samples.Green]);
        Quarters(source.Rotate(180)).ShouldBe([Samples.White, Samples.Blue, Samples.Green, Samples.Red]);
        Quarters(source.Rotate(270)).ShouldBe([Samples.Green, Samples.White, Samples.Red, Samples.Blue]);
        Quarters(source.FlipHorizontal()).ShouldBe([Samples.Green, Samples.Red, Samples.White, Samples.Blue]);
        Quarters(source.FlipVertical()).ShouldBe([Samples.Blue, Samples.White, Samples.Red, Samples.Green]);
        (source.Rotate(90).Width, source.Rotate(90).Height).ShouldBe((32, 48));
    }

    [Fact]
    public void Changes_colours_and_leaves_alpha()
    {
        using var source = Picture.Solid(9, 9, 100, 50, 200, 77);

        source.Invert().ReadPixel(4, 4).ShouldBe([155, 205, 55, 77]);
        source.Brighten(2).ReadPixel(4, 4).ShouldBe([200, 100, 255, 77]);
        source.Contrast(2).ReadPixel(4, 4).ShouldBe([72, 0, 255, 77]);
        source.Tint(0, 250, 0, 0.5).ReadPixel(4, 4).ShouldBe([50, 150, 100, 77]);
        var grey = source.Grayscale().ReadPixel(4, 4);
        (grey[0] == grey[1] && grey[1] == grey[2], grey[3]).ShouldBe((true, (byte)77));
    }

    [Fact]
    public void Blur_softens_an_edge_and_does_not_bleed_from_what_is_unseen()
    {
        using var source = Opened();
        source.Blur(3).ReadPixel(24, 5)[1].ShouldBeInRange((byte)60, (byte)200);

        using var edge = Picture.Solid(40, 40, 255, 0, 0, 0).Overlay(Picture.Solid(20, 40, 0, 0, 255), 0, 0);
        var pixel = edge.Blur(4).ReadPixel(20, 20);
        pixel[0].ShouldBeLessThan((byte)3);
        pixel[3].ShouldBeInRange((byte)60, (byte)200);
    }

    [Fact]
    public void Overlay_blends_by_alpha_and_cuts_what_sticks_out()
    {
        using var source = Picture.Solid(20, 20, 0, 0, 0).Overlay(Picture.Solid(20, 20, 255, 255, 255, 128), 10, -10);

        (source.Width, source.HasAlpha).ShouldBe((20, false));
        source.ReadPixel(5, 5).ShouldBe([0, 0, 0, 255]);
        source.ReadPixel(15, 15).ShouldBe([0, 0, 0, 255]);
        source.ReadPixel(15, 5)[0].ShouldBeInRange((byte)127, (byte)129);
    }

    [Fact]
    public void Jpeg_gets_a_white_ground()
    {
        using var clear = Picture.Solid(16, 16, 0, 0, 0, 0);
        clear.Save(scratch["white"], new PictureEncoding(PictureFormat.Jpeg));

        Samples.Colour(scratch["white"], 8, 8).ShouldBe(Samples.White);
    }

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    [InlineData(PictureFormat.Gif)]
    [InlineData(PictureFormat.Avif)]
    public void The_same_picture_gives_the_same_bytes(PictureFormat format)
    {
        byte[] Draw(string name)
        {
            using var picture = Picture.FromSvg(DrawingTests.Text("Pictor 图像", "black"), 320, 100).Blur(1);
            picture.Save(scratch[name], new PictureEncoding(format));
            return File.ReadAllBytes(scratch[name]);
        }

        Draw("first").ShouldBe(Draw("second"));
    }

    [Fact]
    public void Damage_shows_when_the_pixels_are_wanted()
    {
        var bytes = Samples.Quarters(PictureFormat.Png, 480, 320);
        using var picture = Picture.Open(scratch.Put("cut", bytes.AsSpan(0, bytes.Length / 2)), PictureLimits.Default);

        Should.Throw<PictureException>(() => picture.Save(scratch["out"], new PictureEncoding(PictureFormat.Png)))
            .Fault.ShouldBe(PictureFault.Damaged);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_an_io_fault()
    {
        using var picture = Picture.Solid(4, 4, 1, 2, 3);

        Should.Throw<IOException>(() => picture.Save(scratch["no/such/folder"], new PictureEncoding(PictureFormat.Png)));
    }

    [Fact]
    public void A_side_that_the_format_cannot_hold_is_refused()
    {
        using var wide = Picture.Solid(17_000, 2, 1, 2, 3);

        Should.Throw<PictureException>(() => wide.Save(scratch["wide"], new PictureEncoding(PictureFormat.WebP)))
            .Fault.ShouldBe(PictureFault.Unsupported);
        wide.Save(scratch["wide"], new PictureEncoding(PictureFormat.Jpeg));
    }

    private Picture Opened() =>
        Picture.Open(scratch.Put("quarters", Samples.Quarters(PictureFormat.Png)), PictureLimits.Default);

    private static string[] Quarters(Picture picture) =>
    [
        Samples.Colour(picture, 5, 5), Samples.Colour(picture, picture.Width - 6, 5),
        Samples.Colour(picture, 5, picture.Height - 6), Samples.Colour(picture, picture.Width - 6, picture.Height - 6),
    ];
}
