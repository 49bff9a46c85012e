using System.IO.Pipelines;
using System.Text;
using Pictor.FakeUpstreams;
using Pictor.Images;
using Pictor.Providers;
using Pictor.Providers.OpenAI;
using Pictor.Upstream.Splitting;

namespace Pictor.Tests.Providers.OpenAI;

/// <summary>What big answers cost. The count is that of the whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(AnswerMemoryTests), DisableParallelization = true)]
[Collection(nameof(AnswerMemoryTests))]
public sealed class AnswerMemoryTests
{
    private const int Size = 24 << 20;
    private const int Bound = 4 << 20;

    [Theory]
    [InlineData("""{"created":1,"data":[{"b64_json":""" + "\"", "\"}]}", false)]
    [InlineData("""{"data":[{"url":"data:image/png;base64,""", "\"}]}", false)]
    [InlineData("event: image_generation.completed\ndata: {\"type\":\"image_generation.completed\",\"b64_json\":\"", "\",\"usage\":{}}\n\n", false)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"here: ![x](data:image/png;base64,", ")\\n\"}}]}\n\ndata: [DONE]\n\n", true)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"<img src=\\\"data:image/png;base64,", "\\\">\"}}]}\n\n", true)]
    public async Task Reading_allocates_nothing_that_grows_with_the_picture(string head, string tail, bool isChat)
    {
        using var folder = new TemporaryFolder();
        await ReadAsync(head, tail, isChat, 100_000, folder.Path);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var outcome = await ReadAsync(head, tail, isChat, Size, folder.Path);

        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(Bound);
        new FileInfo(outcome.ShouldBeOfType<ProviderOutcome.Done>().Images.ShouldHaveSingleItem().File!).Length.ShouldBe(Size / 4 * 3);
    }

    [Fact]
    public async Task A_picture_in_many_pieces_of_a_chat_goes_to_a_file_too()
    {
        using var folder = new TemporaryFolder();
        var piece = "data: {\"choices\":[{\"delta\":{\"content\":\"" + new string('A', 4000) + "\"}}]}\n\n";
        var text = "data: {\"choices\":[{\"delta\":{\"content\":\"![x](data:image/png;ba\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"se64,\"}}]}\n\n"
            + string.Concat(Enumerable.Repeat(piece, 100)) + "data: {\"choices\":[{\"delta\":{\"content\":\"AAA=) done\"}}]}\n\n";
        var pipe = PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(text)));

        var outcome = await AnswerReader.ReadAsync(pipe, Call(folder.Path), isChat: true, Limits(folder.Path), CancellationToken.None, CancellationToken.None);

        new FileInfo(outcome.ShouldBeOfType<ProviderOutcome.Done>().Images.ShouldHaveSingleItem().File!).Length.ShouldBe((400_000 / 4 * 3) + 2);
    }

    [Fact]
    public async Task A_call_allocates_nothing_that_grows_with_the_picture()
    {
        await using var bench = await ProviderBench.StartAsync(_ => throw new NotSupportedException(), new FakeOptions { PayloadBytes = 8 << 20 });

        // The buffers of both ends grow in the first runs and are kept.
        for (var warm = 0; warm < 3; warm++)
        {
            await RunAsync(bench);
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);

        var done = await RunAsync(bench);

        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(Bound);
        (await bench.MeasureAsync(done.Images.Single())).Width.ShouldBeGreaterThan(1000);
    }

    private static async Task<ProviderOutcome> ReadAsync(string head, string tail, bool isChat, int size, string folder)
    {
        var pipe = new Pipe();
        var writing = WriteAsync();
        var outcome = await AnswerReader.ReadAsync(pipe.Reader, Call(folder), isChat, Limits(folder), CancellationToken.None, CancellationToken.None);
        await pipe.Reader.CompleteAsync();
        await writing;
        return outcome;

        async Task WriteAsync()
        {
            var piece = new byte[32_000];
            Array.Fill(piece, (byte)'A');
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(head));
            for (var left = size; left > 0; left -= piece.Length)
            {
                await pipe.Writer.WriteAsync(piece.AsMemory(0, Math.Min(left, piece.Length)));
            }

            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(tail));
            await pipe.Writer.CompleteAsync();
        }
    }

    private static async Task<ProviderOutcome.Done> RunAsync(ProviderBench bench)
    {
        using var client = bench.NewClient();
        var call = Call(bench.NewFolder()) with { Channel = new ChannelSettings("test", bench.Fake.BaseOf("openai", "/v1"), new Credential(FakeOptions.UsualCredential), new Dictionary<string, string>()) };
        return (await OpenAITests.ForBench(client, bench).StartAsync(call, CancellationToken.None)).ShouldBeOfType<ProviderOutcome.Done>();
    }

    private static BodySplitLimits Limits(string folder) =>
        new() { Folder = folder, LooksInText = true, MaxBodyBytes = 64 << 20, MaxPictureBytes = 64 << 20, MaxTextBytes = 256 * 1024 };

    private static ProviderCall Call(string folder) => new()
    {
        JobId = "job_1",
        Attempt = 1,
        Channel = new ChannelSettings("test", null, null, new Dictionary<string, string>()),
        UpstreamModel = "gpt-image-1",
        Request = new ImageRequest { Model = "gpt-image-1", Prompt = "a lighthouse", Seed = 1, OutputFormat = OutputFormat.Png, ResponseFormat = ResponseFormat.B64Json },
        WorkFolder = folder,
        Progress = _ => { },
    };
}
