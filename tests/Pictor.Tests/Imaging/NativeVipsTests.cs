using Pictor.Imaging;
using Pictor.Imaging.Native;

namespace Pictor.Tests.Imaging;

public sealed class NativeVipsTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void The_library_says_its_version() => Version.Parse(NativeVips.Version).ShouldBeGreaterThanOrEqualTo(new Version(8, 14));

    [Theory]
    [InlineData(PictureFormat.Png)]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.WebP)]
    public void What_results_are_made_of_can_be_written(PictureFormat format) => NativeVips.CanWrite(format).ShouldBeTrue();

    public static TheoryData<Exception> Missing => [new DllNotFoundException("libvips-42.dll"), new EntryPointNotFoundException("vips_init"), new BadImageFormatException()];

    // A picture that cannot be measured or shown is no end of a command; an exception that nobody expects is.
    [Theory]
    [MemberData(nameof(Missing))]
    public void What_native_code_lacks_is_a_library_that_is_missing(Exception fault)
    {
        var told = Should.Throw<PictureException>(() => NativeVips.Use(() => throw fault));

        told.Fault.ShouldBe(PictureFault.NativeLibraryMissing);
        told.InnerException.ShouldBe(fault);
    }

    [Theory]
    [InlineData(true, "libvips-42.dll", "apt-get")]
    [InlineData(false, "apt-get", "PATH")]
    public void What_to_install_fits_the_system(bool isWindows, string told, string notTold)
    {
        NativeVips.Advice(isWindows).ShouldContain(told);
        NativeVips.Advice(isWindows).ShouldNotContain(notTold);
    }

    // Where the library has such a loader, it is shut.
    [Theory]
    [InlineData("svgload")]
    [InlineData("ppmload")]
    [InlineData("csvload")]
    [InlineData("matrixload")]
    [InlineData("rawload")]
    [InlineData("tiffload")]
    public void Loaders_that_no_stranger_needs_are_shut(string loader)
    {
        NativeVips.Load();
        var path = scratch.Put("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>"u8);

        var fault = Should.Throw<VipsException>(() =>
        {
            using var load = new VipsOperation(loader);
            using var image = load.Set("filename", path).Run();
        });
        (fault.Message.Contains("blocked", StringComparison.Ordinal) || fault.Message.Contains("not found", StringComparison.Ordinal))
            .ShouldBeTrue(fault.Message);
    }
}
