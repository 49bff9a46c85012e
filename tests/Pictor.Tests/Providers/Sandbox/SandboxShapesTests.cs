using Pictor.Images;
using Pictor.Imaging;

namespace Pictor.Tests.Providers.Sandbox;

/// <summary>What was described is what stands in the file, checked pixel by pixel.</summary>
public sealed class SandboxShapesTests : IDisposable
{
    private static readonly byte[] White = [255, 255, 255, 255];
    private static readonly byte[] Green = [0, 128, 0, 255];
    private static readonly byte[] Red = [255, 0, 0, 255];
    private static readonly byte[] Blue = [0, 0, 255, 255];

    private readonly SandboxCalls _calls = new();

    public void Dispose() => _calls.Dispose();

    [Theory]
    [InlineData("A small green square centered on a white background.", 1024, 1024)]
    [InlineData("一个小的绿色正方形，居中，白色背景", 1408, 800)]
    public async Task Draws_exactly_the_small_green_square(string prompt, int width, int height)
    {
        using var picture = await _calls.PictureAsync(_calls.Request(prompt) with { Size = new PixelSize(width, height) });

        (picture.Width, picture.Height).ShouldBe((width, height));
        var side = Math.Min(width, height) / 4;
        var (left, top) = ((width - side) / 2, (height - side) / 2);
        picture.ReadPixel(width / 2, height / 2).ShouldBe(Green);
        foreach (var (x, y) in new[] { (0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1), (width / 2, height - 25) })
        {
            picture.ReadPixel(x, y).ShouldBe(White, $"at {x}, {y}");
        }

        // The edges are where they belong, to the pixel.
        foreach (var (x, y) in new[] { (left, top), (left + side - 1, top), (left, top + side - 1), (left + side - 1, top + side - 1) })
        {
            picture.ReadPixel(x, y).ShouldBe(Green, $"at {x}, {y}");
        }

        foreach (var (x, y) in new[] { (left - 1, top), (left, top - 1), (left + side, top + side - 1), (left + side - 1, top + side) })
        {
            picture.ReadPixel(x, y).ShouldBe(White, $"at {x}, {y}");
        }
    }

    [Fact]
    public async Task Draws_nothing_but_the_square_and_the_caption()
    {
        using var picture = await _calls.PictureAsync(_calls.Request("A small green square centered on a white background.") with { Size = new PixelSize(256, 256) });

        for (var y = 0; y < 256 - 24; y += 4)
        {
            for (var x = 0; x < 256; x += 4)
            {
                var inside = x is >= 96 and < 160 && y is >= 96 and < 160;
                picture.ReadPixel(x, y).ShouldBe(inside ? Green : White, $"at {x}, {y}");
            }
        }
    }

    [Fact]
    public async Task Puts_two_shapes_where_they_were_asked_for()
    {
        using var beside = await _calls.PictureAsync(_calls.Request("a red circle to the left of a blue square"));
        beside.ReadPixel(128, 256).ShouldBe(Red);
        beside.ReadPixel(384, 256).ShouldBe(Blue);

        using var corners = await _calls.PictureAsync(_calls.Request("左上角一个红色圆形，右下角一个蓝色正方形"));
        corners.ReadPixel(97, 97).ShouldBe(Red);
        corners.ReadPixel(415, 415).ShouldBe(Blue);
        corners.ReadPixel(256, 256).ShouldBe(White);

        using var nested = await _calls.PictureAsync(_calls.Request("a red circle on a blue square"));
        nested.ReadPixel(256, 256).ShouldBe(Red);
        nested.ReadPixel(110, 110).ShouldBe(Blue);
    }

    [Fact]
    public async Task Draws_as_many_as_were_asked_for()
    {
        using var picture = await _calls.PictureAsync(_calls.Request("three red circles in a row"));

        var runs = 0;
        var inside = false;
        for (var x = 0; x < 512; x++)
        {
            var red = picture.ReadPixel(x, 256)[1] < 128;
            runs += red && !inside ? 1 : 0;
            inside = red;
        }

        runs.ShouldBe(3);
    }

    [Fact]
    public async Task Keeps_a_described_shape_whatever_the_seed()
    {
        var request = _calls.Request("a large purple heart on a pink background");

        var first = await File.ReadAllBytesAsync(await _calls.FileAsync(request));
        var second = await File.ReadAllBytesAsync(await _calls.FileAsync(request with { Seed = 8 }));

        second.ShouldBe(first);
    }

    [Fact]
    public async Task Gives_a_transparent_ground_where_it_was_asked_for()
    {
        using var picture = await _calls.PictureAsync(_calls.Request("a red circle") with { Background = "transparent" });
        picture.ReadPixel(5, 5)[3].ShouldBe((byte)0);
        picture.ReadPixel(256, 256).ShouldBe(Red);

        using var opaque = await _calls.PictureAsync(_calls.Request("a red circle, transparent background") with { Background = "opaque" });
        opaque.ReadPixel(5, 5).ShouldBe(White);
    }

    [Fact]
    public async Task Writes_the_caption_inside_the_bottom_24_pixels_and_only_where_it_is_switched_on()
    {
        var request = _calls.Request("white background");
        using var with = await _calls.PictureAsync(request);
        _calls.Options.Caption = false;
        using var without = await _calls.PictureAsync(request);

        Dark(with, 488, 512).ShouldBeGreaterThan(100);
        Dark(with, 464, 488).ShouldBe(0);
        Dark(without, 488, 512).ShouldBe(0);

        static int Dark(Picture picture, int from, int to)
        {
            var count = 0;
            using var strip = picture.Crop(440, from, 72, to - from);
            for (var y = 0; y < strip.Height; y++)
            {
                for (var x = 0; x < strip.Width; x++)
                {
                    count += strip.ReadPixel(x, y)[1] < 250 ? 1 : 0;
                }
            }

            return count;
        }
    }
}
