using Pictor.Imaging;

namespace Pictor.Tests.Imaging;

public sealed class DrawingTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    public static string Text(string text, string colour) =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="320" height="100" viewBox="0 0 320 100">
          <rect width="320" height="100" fill="white"/>
          <text x="10" y="70" font-size="56" font-family="sans-serif" fill="{colour}">{text}</text>
        </svg>
        """;

    [Theory]
    [InlineData("Pictor")]
    [InlineData("图像网关")]
    public void Text_leaves_ink(string text)
    {
        Ink(Text(text, "black")).ShouldBeGreaterThan(600);
        Ink(Text(text, "white")).ShouldBe(0);
    }

    [Fact]
    public void Chinese_text_is_drawn_with_its_own_shapes() =>
        Drawn(Text("图像", "black")).ShouldNotBe(Drawn(Text("网关", "black")));

    [Theory]
    [InlineData(320, 100)]
    [InlineData(640, 200)]
    [InlineData(77, 333)]
    public void A_drawing_has_the_size_that_was_asked_for(int width, int height)
    {
        using var drawing = Picture.FromSvg(Text("x", "black"), width, height);
        drawing.Save(scratch["drawing"], new PictureEncoding(PictureFormat.Png));

        var header = PictureProbe.Read(scratch["drawing"], PictureLimits.Default);
        (header.Width, header.Height).ShouldBe((width, height));
    }

    [Fact]
    public void A_drawing_reaches_no_file()
    {
        var secret = scratch.Put("secret.png", Samples.Quarters(PictureFormat.Png));
        using var drawing = Picture.FromSvg(
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="48" height="32">
              <image href="file://{secret}" width="48" height="32"/>
            </svg>
            """, 48, 32);

        drawing.ReadPixel(5, 5)[3].ShouldBe((byte)0);
    }

    [Fact]
    public void What_is_not_svg_is_refused() =>
        Should.Throw<PictureException>(() => Picture.FromSvg("<html>no</html>", 10, 10)).Fault.ShouldBe(PictureFault.Damaged);

    private byte[] Drawn(string svg)
    {
        using var drawing = Picture.FromSvg(svg, 320, 100);
        drawing.Save(scratch["drawn"], new PictureEncoding(PictureFormat.Png));
        return File.ReadAllBytes(scratch["drawn"]);
    }

    private int Ink(string svg)
    {
        NativeVips.Load();
        using var evaluation = new Pictor.Imaging.Native.Evaluation();
        var grey = evaluation.Grayscale(evaluation.WithAlpha(evaluation.Svg(svg, 320, 100), alpha: false)).ToBytes();
        return grey.Where((_, at) => at % 3 == 0).Count(sample => sample < 100);
    }
}
