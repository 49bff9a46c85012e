using System.IO.Pipelines;
using System.Text;
using Pictor.Api;
using Pictor.Upstream.Splitting;

namespace Pictor.Tests.Api;

/// <summary>What big bodies cost. The count is that of the whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(BodyMemoryTests), DisableParallelization = true)]
[Collection(nameof(BodyMemoryTests))]
public sealed class BodyMemoryTests
{
    private const int BodySize = 33 << 20;
    private const int Bound = 3 << 20;

    [Theory]
    [InlineData("", "")]
    [InlineData("data:image/png;base64,", " make it blue")]
    public async Task Reading_allocates_nothing_that_grows_with_the_picture(string prefix, string text)
    {
        using var folder = new TemporaryFolder();
        var options = new BodySplitLimits { Folder = folder.Path };
        var pipe = new Pipe();
        var piece = new byte[30_000];
        Array.Fill(piece, (byte)'A');
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var reading = JsonBodySplitter.ReadAsync(pipe.Reader, options, CancellationToken.None);
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($$"""{"image":"{{prefix}}"""));
        for (var sent = 0; sent < BodySize; sent += piece.Length)
        {
            await pipe.Writer.WriteAsync(piece);
        }

        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($$"""{{text}}"}"""));
        await pipe.Writer.CompleteAsync();
        using var body = await reading;

        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(Bound);
        body.Values.ShouldHaveSingleItem().EncodedBytes.ShouldBeGreaterThanOrEqualTo(BodySize);
    }

    [Fact]
    public async Task Writing_allocates_nothing_that_grows_with_the_picture()
    {
        var path = Path.GetTempFileName();
        await using var picture = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        picture.SetLength(BodySize);
        var pipe = new Pipe();
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var counting = CountAsync(pipe.Reader);
        await PictureJson.Of((json, pictures) => json.WriteStringValue(pictures.Mark(picture))).WriteAsync(pipe.Writer, isAscii: false, CancellationToken.None);
        await pipe.Writer.CompleteAsync();

        (await counting).ShouldBe(((BodySize + 2L) / 3 * 4) + 2);
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(Bound);
    }

    private static async Task<long> CountAsync(PipeReader reader)
    {
        var count = 0L;
        while (true)
        {
            var read = await reader.ReadAsync(CancellationToken.None);
            count += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return count;
            }
        }
    }
}
