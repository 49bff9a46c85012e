using Pictor.Imaging;

namespace Pictor.Tests.Imaging;

/// <summary>Damaged pictures by the hundred, from a fixed seed: each is taken or refused, and nothing else happens.</summary>
public sealed class MutantTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("webp")]
    [InlineData("webp-lossy")]
    [InlineData("gif")]
    [InlineData("avif")]
    [InlineData("animated-gif")]
    [InlineData("animated-png")]
    [InlineData("animated-webp")]
    [InlineData("exif-jpeg")]
    [InlineData("icc-png")]
    public void A_mutant_is_taken_or_refused_and_nothing_else(string name)
    {
        var original = Mutants.Seeds()[name];
        var random = new Random(name.Length + original.Length);
        for (var i = 0; i < 60; i++)
        {
            var path = scratch.Put("in", Mutants.Make(original, random));
            File.Delete(scratch["out"]);
            try
            {
                var header = PictureCleaner.Clean(path, scratch["out"], PictureLimits.Default, CancellationToken.None);
                PictureProbe.Read(scratch["out"], PictureLimits.Default).ShouldBe(header);
            }
            catch (PictureException)
            {
                File.Exists(scratch["out"]).ShouldBeFalse();
            }
        }
    }
}
