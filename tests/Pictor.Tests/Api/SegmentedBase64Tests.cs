using System.IO.Pipelines;
using System.Text.Json;
using Pictor.Api;

namespace Pictor.Tests.Api;

public sealed class SegmentedBase64Tests
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
        await using (var json = new Utf8JsonWriter(pipe))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WritePropertyName("b64_json");
            // A stream that gives what it has, as sockets and object stores do.
            await SegmentedBase64.WriteAsync(json, pipe, new Trickle(picture), CancellationToken.None);
            json.WriteNumber("width", 1024);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        await pipe.CompleteAsync();

        using var document = JsonDocument.Parse(answer.ToArray());
        var item = document.RootElement[0];
        item.GetProperty("b64_json").GetString().ShouldBe(Convert.ToBase64String(picture));
        item.GetProperty("b64_json").GetRawText().ShouldNotContain('\\');
        item.GetProperty("width").GetInt32().ShouldBe(1024);
    }

    [Fact]
    public async Task Stops_when_nobody_reads_any_more()
    {
        var pipe = new Pipe();
        await pipe.Reader.CompleteAsync();
        await using var json = new Utf8JsonWriter(pipe.Writer);
        using var picture = new MemoryStream(new byte[1_000_000]);
        await Should.ThrowAsync<OperationCanceledException>(SegmentedBase64.WriteAsync(json, pipe.Writer, picture, CancellationToken.None));
        picture.Position.ShouldBeLessThan(100_000);
    }

    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 10_007)], cancellationToken);
    }
}
