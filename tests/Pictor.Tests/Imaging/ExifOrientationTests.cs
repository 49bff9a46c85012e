using Pictor.Imaging.Headers;

namespace Pictor.Tests.Imaging;

public sealed class ExifOrientationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reads_both_byte_orders(bool little) => ExifOrientation.Read(Samples.Exif(6, little)).ShouldBe(6);

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(65_535)]
    public void Takes_nonsense_for_upright(int orientation) => ExifOrientation.Read(Samples.Exif(orientation)).ShouldBe(1);

    [Fact]
    public void Takes_every_cut_for_upright_or_right()
    {
        var exif = Samples.Exif(3);
        for (var length = 0; length < exif.Length; length++)
        {
            ExifOrientation.Read(exif.AsSpan(0, length)).ShouldBe(length < 22 ? 1 : 3);
        }
    }

    [Fact]
    public void Survives_noise()
    {
        var random = new Random(7);
        var exif = Samples.Exif(3);
        for (var i = 0; i < 20_000; i++)
        {
            var mutant = exif.ToArray();
            for (var change = 0; change < 3; change++)
            {
                mutant[random.Next(4, 22)] = (byte)random.Next(256);
            }

            ExifOrientation.Read(mutant).ShouldBeInRange(1, 8);
        }
    }
}
