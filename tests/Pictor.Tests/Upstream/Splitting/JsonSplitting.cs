using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Pictor.Errors;
using Pictor.Upstream.Splitting;

namespace Pictor.Tests.Upstream.Splitting;

/// <summary>A splitter with small limits and a folder of its own, and what tests ask of a body that was split.</summary>
internal sealed class JsonSplitting : IDisposable
{
    public const int Threshold = 300;

    public JsonSplitting() => Limits = new BodySplitLimits
    {
        Folder = Folder.Path,
        Threshold = Threshold,
        MaxTextBytes = 2000,
        MaxPictureBytes = 100_000,
        MaxJsonBytes = 20_000,
        MaxBodyBytes = 500_000,
    };

    public TemporaryFolder Folder { get; } = new();

    public BodySplitLimits Limits { get; }

    public void Dispose() => Folder.Dispose();

    public async Task<string> VerdictAsync(ReadOnlySequence<byte> bytes)
    {
        try
        {
            using var body = await SplitAsync(bytes);
            var verdict = new StringBuilder(Encoding.UTF8.GetString(body.Json.Span));
            if (body.Values.Count > 0)
            {
                // Placeholders differ by their random part only.
                var at = verdict.ToString().IndexOf("spooled-", StringComparison.Ordinal);
                verdict.Replace(verdict.ToString(at, 40), "");
            }

            foreach (var value in body.Values)
            {
                verdict.Append($"|{value.EncodedBytes} {value.MediaType} {Convert.ToBase64String(await File.ReadAllBytesAsync(value.Path))}");
            }

            return verdict.ToString();
        }
        catch (GatewayException exception)
        {
            return exception.Error.ToString();
        }
    }

    public async Task<GatewayError> RefusedAsync(string json)
    {
        var exception = await Should.ThrowAsync<GatewayException>(SplitAsync(json));
        Folder.Files.ShouldBeEmpty();
        return exception.Error;
    }

    public Task<SplitBody> SplitAsync(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return SplitAsync(PipeCuts.Segments(bytes, bytes.Length / 3, bytes.Length / 2));
    }

    public Task<SplitBody> SplitAsync(ReadOnlySequence<byte> body) => SplitAsync(body, Limits);

    public static Task<SplitBody> SplitAsync(ReadOnlySequence<byte> body, BodySplitLimits limits) =>
        JsonBodySplitter.ReadAsync(PipeReader.Create(body), limits, CancellationToken.None);

    public static string Text(SplitBody body, string name)
    {
        using var document = JsonDocument.Parse(body.Json);
        return document.RootElement.GetProperty(name).GetString()!;
    }

    public static async Task<byte[]> TakenAsync(SplitBody body, string name)
    {
        body.TryGet(Text(body, name).TrimStart(), out var value).ShouldBeTrue();
        value.ShouldNotBeNull();
        var bytes = await File.ReadAllBytesAsync(value.Path);
        value.Bytes.ShouldBe(bytes.Length);
        return bytes;
    }
}
