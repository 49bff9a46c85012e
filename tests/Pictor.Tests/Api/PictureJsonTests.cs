using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Pictor.Api;

namespace Pictor.Tests.Api;

public sealed class PictureJsonTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(49_151)]
    [InlineData(49_152)]
    [InlineData(49_153)]
    [InlineData(98_304)]
    [InlineData(1_000_000)]
    public async Task Writes_a_picture_as_one_string_beside_other_values(int length)
    {
        var picture = new byte[length];
        new Random(length).NextBytes(picture);
        using var answer = new MemoryStream();
        var pipe = PipeWriter.Create(answer, new StreamPipeWriterOptions(leaveOpen: true));

        // A stream that gives what it has, as sockets and object stores do.
        await Text(new Trickle(picture)).WriteAsync(pipe, isAscii: false, CancellationToken.None);
        await pipe.CompleteAsync();

        using var document = JsonDocument.Parse(answer.ToArray());
        var item = document.RootElement[0];
        item.GetProperty("b64_json").GetString().ShouldBe(Convert.ToBase64String(picture));
        item.GetProperty("b64_json").GetRawText().ShouldNotContain('\\');
        item.GetProperty("width").GetInt32().ShouldBe(1024);
    }

    [Theory]
    [InlineData(true, "\\u706f\\u5854")]
    [InlineData(false, "灯塔")]
    public async Task Escapes_what_is_not_ascii_only_where_that_is_asked_for(bool isAscii, string written)
    {
        using var answer = new MemoryStream();
        var pipe = PipeWriter.Create(answer, new StreamPipeWriterOptions(leaveOpen: true));

        await PictureJson.Of((json, _) => json.WriteStringValue("灯塔")).WriteAsync(pipe, isAscii, CancellationToken.None);
        await pipe.CompleteAsync();

        Encoding.UTF8.GetString(answer.ToArray()).ShouldBe($"\"{written}\"");
    }

    [Fact]
    public async Task Stops_when_nobody_reads_any_more()
    {
        var pipe = new Pipe();
        await pipe.Reader.CompleteAsync();
        using var picture = new Trickle(new byte[1_000_000]);

        await Should.ThrowAsync<OperationCanceledException>(Text(picture).WriteAsync(pipe.Writer, isAscii: false, CancellationToken.None));

        picture.Given.ShouldBeLessThan(100_000);
    }

    private static PictureJson Text(Stream picture) => PictureJson.Of((json, pictures) =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("b64_json", pictures.Mark(picture));
        json.WriteNumber("width", 1024);
        json.WriteEndObject();
        json.WriteEndArray();
    });

    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public long Given { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer[..Math.Min(buffer.Length, 10_007)], cancellationToken);
            Given += read;
            return read;
        }
    }
}
