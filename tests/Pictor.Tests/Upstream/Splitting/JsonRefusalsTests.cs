using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Pictor.Errors;
using Pictor.Upstream.Splitting;

namespace Pictor.Tests.Upstream.Splitting;

/// <summary>What is too large or broken is refused by name, and leaves nothing behind.</summary>
public sealed class JsonRefusalsTests : IDisposable
{
    private readonly JsonSplitting _splitting = new();

    public void Dispose() => _splitting.Dispose();

    [Theory]
    [InlineData("{\"prompt\":\"{0}\"}", 2001, nameof(ErrorKind.InvalidRequest), "a text value is longer than 2000 bytes", "prompt")]
    [InlineData("{\"extra_body\":{\"user\":\"https://{0}\"}}", 2001, nameof(ErrorKind.InvalidRequest), "a text value is longer than 2000 bytes", "user")]
    [InlineData("{\"{0}\":1}", 2001, nameof(ErrorKind.InvalidRequest), "a text value is longer than 2000 bytes", null)]
    [InlineData("[{0}]", 20_001, nameof(ErrorKind.BodyTooLarge), "The JSON without its pictures is larger than 20000 bytes.", null)]
    public async Task Refuses_long_text(string json, int length, string kind, string message, string? param)
    {
        var error = await _splitting.RefusedAsync(json.Replace("{0}", new string('.', length), StringComparison.Ordinal));
        error.ShouldBe(new GatewayError(Enum.Parse<ErrorKind>(kind), message, param));
    }

    [Fact]
    public async Task Refuses_endless_white_space_behind_a_picture()
    {
        foreach (var picture in new[] { Base64Spellings.Bytes(30, 1), Base64Spellings.Bytes(600, 1) })
        {
            var error = await _splitting.RefusedAsync($$"""{"prompt":"{{Base64Spellings.Uri(picture)}}{{new string(' ', 2001)}}"}""");
            error.Kind.ShouldBe(ErrorKind.InvalidRequest);
        }
    }

    [Fact]
    public async Task Counts_many_small_pictures_as_no_text()
    {
        using var body = await _splitting.SplitAsync($$"""{"prompt":"{{string.Join(' ', Enumerable.Repeat(Base64Spellings.Uri(Base64Spellings.Bytes(150, 1)), 20))}} x"}""");
        body.Values.ShouldBeEmpty();
    }

    [Fact]
    public async Task Refuses_a_body_above_the_limit_as_soon_as_it_is_above()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes("[\"" + Base64Spellings.Uri(Base64Spellings.Bytes(60_000, 1)) + "\""));
        await pipe.Writer.WriteAsync(new byte[500_000 - 60_000]);
        var exception = await Should.ThrowAsync<GatewayException>(JsonBodySplitter.ReadAsync(pipe.Reader, _splitting.Limits, CancellationToken.None));
        exception.Error.Kind.ShouldBe(ErrorKind.BodyTooLarge);
        _splitting.Folder.Files.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("data:image/png;base64,")]
    public async Task Refuses_a_picture_above_the_limit_by_name(string prefix)
    {
        foreach (var length in new[] { 100_001, 200_000 })
        {
            var error = await _splitting.RefusedAsync($$$"""{"a":1,"extra_body":{"input_image":"{{{prefix}}}{{{Convert.ToBase64String(Base64Spellings.Bytes(length, 1))}}}"}}""");
            error.ShouldBe(new GatewayError(ErrorKind.BodyTooLarge, "input_image is larger than 100000 bytes", "input_image"));
        }

        using var fits = await _splitting.SplitAsync($$"""{"image":"{{prefix}}{{Convert.ToBase64String(Base64Spellings.Bytes(100_000, 1))}}"}""");
        fits.Values.ShouldHaveSingleItem().Bytes.ShouldBe(100_000);
    }

    [Theory]
    [InlineData("!")]
    [InlineData("\\u00e9AAAA")]
    [InlineData("猫")]
    [InlineData("\\\"")]
    [InlineData("\\u12zz")]
    [InlineData("\n")]
    [InlineData("A")]
    [InlineData("=")]
    [InlineData("AA===")]
    [InlineData("AAA==")]
    [InlineData("AA==A")]
    [InlineData("A= word")]
    public async Task Refuses_garbage_in_a_data_uri(string garbage)
    {
        var error = await _splitting.RefusedAsync($$"""{"images":["x","{{Base64Spellings.Uri(Base64Spellings.Bytes(600, 1))}}{{garbage}}"]}""");
        error.ShouldBe(new GatewayError(ErrorKind.BadReferenceImage, "images is not valid base64", "images"));
    }

    [Fact]
    public async Task Refuses_garbage_in_bare_base64_that_is_too_long_for_a_text()
    {
        var error = await _splitting.RefusedAsync($$"""{"image":"{{Convert.ToBase64String(Base64Spellings.Bytes(3000, 1))}}!"}""");
        error.ShouldBe(new GatewayError(ErrorKind.BadReferenceImage, "image is not valid base64", "image"));
    }

    [Fact]
    public async Task Deletes_the_first_pictures_when_a_later_one_is_bad()
    {
        var error = await _splitting.RefusedAsync($$"""{"image":"{{Base64Spellings.Uri(Base64Spellings.Bytes(60_000, 1))}}","mask":"{{Base64Spellings.Uri(Base64Spellings.Bytes(60_000, 1))}}!"}""");
        error.Param.ShouldBe("mask");
    }

    [Fact]
    public async Task Leaves_no_file_when_the_body_ends_in_a_picture()
    {
        using var body = await _splitting.SplitAsync($$"""{"image":"{{Base64Spellings.Uri(Base64Spellings.Bytes(99_999, 1))}}""");
        body.Values.ShouldBeEmpty();
        _splitting.Folder.Files.ShouldBeEmpty();
        Should.Throw<JsonException>(() => JsonDocument.Parse(body.Json));
    }

    [Fact]
    public async Task Leaves_no_file_when_it_is_cancelled_in_the_middle_of_a_picture()
    {
        using var stop = new CancellationTokenSource();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var reading = JsonBodySplitter.ReadAsync(pipe.Reader, _splitting.Limits with { MaxPictureBytes = 10_000_000, MaxBodyBytes = 10_000_000 }, stop.Token);
        // The writer is let go on only when the piece is used up: by then a file is there.
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($$"""{"image":"{{Base64Spellings.Uri(Base64Spellings.Bytes(90_000, 1))}}","mask":"{{Base64Spellings.Uri(Base64Spellings.Bytes(900_000, 1))}}"""));
        _splitting.Folder.Files.Length.ShouldBe(2);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(reading);
        _splitting.Folder.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Leaves_no_file_when_the_connection_breaks()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var reading = JsonBodySplitter.ReadAsync(pipe.Reader, _splitting.Limits, CancellationToken.None);
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($$"""{"image":"{{Base64Spellings.Uri(Base64Spellings.Bytes(90_000, 1))}}","n":1"""));
        _splitting.Folder.Files.Length.ShouldBe(1);
        await pipe.Writer.CompleteAsync(new IOException("reset"));
        await Should.ThrowAsync<IOException>(reading);
        _splitting.Folder.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Says_413_when_the_server_itself_refuses_the_length()
    {
        var pipe = new Pipe();
        await pipe.Writer.CompleteAsync(new BadHttpRequestException("too long", StatusCodes.Status413PayloadTooLarge));
        var exception = await Should.ThrowAsync<GatewayException>(JsonBodySplitter.ReadAsync(pipe.Reader, _splitting.Limits, CancellationToken.None));
        exception.Error.Kind.ShouldBe(ErrorKind.BodyTooLarge);
    }

    [Fact]
    public async Task Says_that_the_disk_takes_no_writes()
    {
        var file = Path.Combine(_splitting.Folder.Path, "a file");
        await File.WriteAllTextAsync(file, "");
        var json = Encoding.UTF8.GetBytes($$"""{"image":"{{Base64Spellings.Uri(Base64Spellings.Bytes(600, 1))}}"}""");
        var exception = await Should.ThrowAsync<GatewayException>(JsonSplitting.SplitAsync(PipeCuts.Segments(json, 0, 0), _splitting.Limits with { Folder = file }));
        exception.Error.Kind.ShouldBe(ErrorKind.StorageUnavailable);
    }

    [Fact]
    public async Task Deletes_on_disposal_what_was_not_taken()
    {
        var body = await _splitting.SplitAsync($$"""{"image":["{{Base64Spellings.Uri(Base64Spellings.Bytes(600, 1))}}","{{Base64Spellings.Uri(Base64Spellings.Bytes(600, 2))}}"]}""");
        _splitting.Folder.Files.Length.ShouldBe(2);
        var taken = body.Values[1].Take();
        body.Dispose();
        body.Dispose();
        _splitting.Folder.Files.ShouldBe([taken]);
    }
}
