using Pictor.Images;
using Pictor.Imaging;
using Pictor.Providers;

namespace Pictor.Tests.Providers.Sandbox;

public sealed class SandboxReferenceTests : IDisposable
{
    private readonly SandboxCalls _calls = new();

    public void Dispose() => _calls.Dispose();

    [Fact]
    public async Task Makes_a_reference_grey()
    {
        using var picture = await EditAsync("make it grayscale", Halves());

        var pixel = picture.ReadPixel(64, 200);
        pixel[0].ShouldBe(pixel[1]);
        pixel[1].ShouldBe(pixel[2]);
    }

    [Theory]
    [InlineData("flip it horizontally", 400, 200)]
    [InlineData("rotate 180 degrees", 400, 200)]
    [InlineData("rotate it 90 degrees clockwise", 200, 64)]
    [InlineData("逆时针旋转90度", 200, 400)]
    public async Task Moves_the_red_half_where_the_words_say(string prompt, int x, int y)
    {
        using var picture = await EditAsync(prompt, Halves());

        IsRed(picture.ReadPixel(x, y)).ShouldBeTrue();
    }

    [Fact]
    public async Task Cuts_the_reference_to_the_ratio_of_the_request()
    {
        var call = With(_calls.Request("crop it") with { Size = new PixelSize(768, 256) }, Halves());
        using var picture = await DrawAsync(call);

        (picture.Width, picture.Height).ShouldBe((768, 256));
        IsRed(picture.ReadPixel(10, 10)).ShouldBeTrue();
        IsBlue(picture.ReadPixel(757, 10)).ShouldBeTrue();
    }

    [Fact]
    public async Task Draws_a_described_shape_onto_the_reference()
    {
        using var picture = await EditAsync("add a green circle in the center", Halves());

        picture.ReadPixel(256, 256).ShouldBe([0, 128, 0, 255]);
        IsRed(picture.ReadPixel(20, 20)).ShouldBeTrue();
        IsBlue(picture.ReadPixel(490, 20)).ShouldBeTrue();
    }

    [Fact]
    public async Task Shows_every_reference_in_a_composition()
    {
        using var red = Picture.Solid(200, 200, 250, 0, 0);
        using var blue = Picture.Solid(200, 200, 0, 0, 250);
        var call = _calls.Call(_calls.Request("put these two together") with { InputFidelity = "high" }) with { References = [_calls.Save(red), _calls.Save(blue)] };
        using var picture = await DrawAsync(call);

        // Two squares stand side by side or one above the other; each is large enough that these spots lie inside.
        var spots = new[] { picture.ReadPixel(128, 250), picture.ReadPixel(384, 250) };
        spots.ShouldContain(pixel => pixel[0] == 250 && pixel[2] == 0);
        spots.ShouldContain(pixel => pixel[0] == 0 && pixel[2] == 250);
    }

    [Fact]
    public async Task Shows_a_reference_with_less_processing_at_high_fidelity()
    {
        using var red = Picture.Solid(200, 200, 250, 0, 0);
        var reference = _calls.Save(red);
        using var faithful = await DrawAsync(_calls.Call(_calls.Request("an essay on time") with { InputFidelity = "high" }) with { References = [reference] });
        using var free = await DrawAsync(_calls.Call(_calls.Request("an essay on time")) with { References = [reference] });

        faithful.ReadPixel(256, 250).ShouldBe([250, 0, 0, 255]);
        free.ReadPixel(256, 250).ShouldNotBe([250, 0, 0, 255]);
    }

    [Fact]
    public async Task Changes_only_what_is_transparent_in_the_mask()
    {
        using var opaque = Picture.Solid(512, 512, 0, 0, 0, 0);
        using var left = Picture.Solid(256, 512, 0, 0, 0);
        using var mask = opaque.Overlay(left, 0, 0);
        using var white = Picture.Solid(512, 512, 250, 250, 250);
        var call = _calls.Call(_calls.Request("invert")) with { References = [_calls.Save(white)], Mask = _calls.Save(mask) };
        using var picture = await DrawAsync(call);

        picture.ReadPixel(100, 200).ShouldBe([250, 250, 250, 255]);
        picture.ReadPixel(400, 200).ShouldBe([5, 5, 5, 255]);
    }

    [Fact]
    public async Task Warns_about_a_mask_without_a_picture()
    {
        using var clear = Picture.Solid(64, 64, 0, 0, 0, 0);
        var done = await _calls.DrawAsync(_calls.Call(_calls.Request("a cat")) with { Mask = _calls.Save(clear) });

        done.Warnings.ShouldHaveSingleItem().Param.ShouldBe("mask");
    }

    /// <summary>Red on the left, blue on the right.</summary>
    private ReferencePicture Halves()
    {
        using var red = Picture.Solid(512, 512, 230, 20, 20);
        using var blue = Picture.Solid(256, 512, 20, 20, 230);
        using var both = red.Overlay(blue, 256, 0);
        return _calls.Save(both);
    }

    private ProviderCall With(ImageRequest request, ReferencePicture reference) => _calls.Call(request) with { References = [reference] };

    private Task<Picture> EditAsync(string prompt, ReferencePicture reference) => DrawAsync(With(_calls.Request(prompt), reference));

    private async Task<Picture> DrawAsync(ProviderCall call) =>
        Picture.Open((await _calls.DrawAsync(call)).Images.ShouldHaveSingleItem().File.ShouldNotBeNull(), PictureLimits.Default);

    private static bool IsRed(byte[] pixel) => pixel[0] > 150 && pixel[2] < 100;

    private static bool IsBlue(byte[] pixel) => pixel[2] > 150 && pixel[0] < 100;
}
