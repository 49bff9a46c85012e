using System.IO.Compression;
using System.Text;
using Pictor.Upstream;

namespace Pictor.Tests.Upstream;

public sealed class BodyLimitsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(70_000)]
    public async Task Reads_a_body_whole_up_to_its_limit(int length)
    {
        var expected = Bytes(length);

        (await ReadAsync(Content(expected), length)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refuses_one_byte_more(bool declared) =>
        await Should.ThrowAsync<BodyTooLongException>(() => ReadAsync(Content(Bytes(5001), declared), 5000));

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Reads_an_answer_that_came_compressed_unasked(string encoding)
    {
        (await ReadAsync(Compressed(Bytes(10_000), encoding), 10_000)).ShouldBe(Bytes(10_000));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task The_limit_counts_decoded_bytes(string encoding)
    {
        var bomb = Compressed(new byte[50_000_000], encoding);
        bomb.Headers.ContentLength!.Value.ShouldBeLessThan(100_000);

        await Should.ThrowAsync<BodyTooLongException>(() => ReadAsync(bomb, 100_000));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, gzip")]
    public async Task An_encoding_that_cannot_be_undone_is_no_body(string encoding)
    {
        var content = Content(Bytes(10));
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding.Split(", "));

        await Should.ThrowAsync<InvalidDataException>(() => ReadAsync(content, 100));
    }

    [Theory]
    [InlineData(10, 4, 4)]
    [InlineData(10, 10, 10)]
    [InlineData(10, 11, 10)]
    [InlineData(200_000, 65_536, 65_536)]
    public async Task A_body_that_only_informs_is_cut(int length, int limit, int expected)
    {
        using var body = await BodyLimits.ReadStartAsync(Content(Bytes(length), declared: false), limit, TestContext.Current.CancellationToken);

        body.Bytes.ToArray().ShouldBe(Bytes(length)[..expected]);
    }

    [Fact]
    public async Task The_stream_gives_up_at_its_limit_however_it_is_read()
    {
        var stream = await BodyLimits.OpenAsync(Content(Bytes(100), declared: false), 99, TestContext.Current.CancellationToken);
        var buffer = new byte[60];
        (await stream.ReadAsync(buffer.AsMemory(0, 60), TestContext.Current.CancellationToken)).ShouldBe(60);

        Should.Throw<BodyTooLongException>(() => stream.Read(buffer, 0, 60));
    }

    private static async Task<byte[]> ReadAsync(StreamContent content, int limit)
    {
        await using var stream = await BodyLimits.OpenAsync(content, limit, TestContext.Current.CancellationToken);
        using var target = new MemoryStream();
        await stream.CopyToAsync(target, TestContext.Current.CancellationToken);
        return target.ToArray();
    }

    private static byte[] Bytes(int length) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, (length / 5) + 1).Select(i => $"{i % 10000:0000}/")))[..length];

    private static StreamContent Content(byte[] bytes, bool declared = true)
    {
        var content = new StreamContent(declared ? new MemoryStream(bytes) : new BufferedStream(new Unseekable(bytes)));
        return content;
    }

    private static StreamContent Compressed(byte[] bytes, string encoding)
    {
        var target = new MemoryStream();
        using (Stream compressor = encoding.ToUpperInvariant() switch
        {
            "BR" => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
            "DEFLATE" => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
            _ => new GZipStream(target, CompressionLevel.SmallestSize, leaveOpen: true),
        })
        {
            compressor.Write(bytes);
        }

        target.Position = 0;
        var content = new StreamContent(target);
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return content;
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
