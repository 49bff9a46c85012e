using Pictor.Imaging;

namespace Pictor.Tests.Imaging;

public sealed class SideBySideTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pictor-test-").FullName;

    [Fact]
    public void Joins_in_order()
    {
        var joined = Path.Combine(_folder, "joined.jpg");

        SideBySide.Save([Solid(40, 20, 250, 0, 0), Solid(20, 20, 0, 0, 250)], joined).ShouldBe((60, 20));

        using var picture = Picture.Open(joined, PictureLimits.Default);
        (picture.Width, picture.Height).ShouldBe((60, 20));
        picture.ReadPixel(5, 10)[0].ShouldBeGreaterThan((byte)200);
        picture.ReadPixel(55, 10)[2].ShouldBeGreaterThan((byte)200);
    }

    [Fact]
    public void Keeps_the_whole_inside_what_can_be_sent_on()
    {
        var joined = Path.Combine(_folder, "joined.jpg");
        var wide = Solid(6000, 500, 1, 2, 3);

        var (width, height) = SideBySide.Save([wide, wide, wide], joined);

        width.ShouldBeLessThanOrEqualTo(8192);
        ((double)width / height).ShouldBe(36, 1);
    }

    [Fact]
    public void Refuses_what_is_no_picture()
    {
        var path = Path.Combine(_folder, "text");
        File.WriteAllText(path, "no picture");

        Should.Throw<PictureException>(() => SideBySide.Save([path], Path.Combine(_folder, "joined.jpg")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Solid(int width, int height, byte red, byte green, byte blue)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName() + ".png");
        using var picture = Picture.Solid(width, height, red, green, blue);
        picture.Save(path, new PictureEncoding(PictureFormat.Png));
        return path;
    }
}
