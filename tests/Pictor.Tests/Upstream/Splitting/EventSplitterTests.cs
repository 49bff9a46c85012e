using System.IO.Pipelines;
using System.Text;
using Pictor.Upstream.Splitting;

namespace Pictor.Tests.Upstream.Splitting;

public sealed class EventSplitterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("data: {\"a\":1}\n\n", "-|{\"a\":1}")]
    [InlineData("data:{\"a\":1}\n\ndata: [DONE]\n\n", "-|{\"a\":1} -|[DONE]")]
    [InlineData("event: x\ndata: 1\n\ndata: 2\n\n", "x|1 -|2")]
    [InlineData(": keep-alive \"\n\ndata: 1\n", "-|1")]
    [InlineData("data: 1\r\n\r\nid: 7\r\nretry: 10\r\ndata: 2\r\n\r\n", "-|1 -|2")]
    [InlineData("data: 1\ndata: 2\n", "-|1 -|2")]
    [InlineData("{\"error\":\"x\"}\n", "-|{\"error\":\"x\"}")]
    [InlineData("data: 1", "-|1")]
    [InlineData("data:\n\n", "")]
    [InlineData("", "")]
    public async Task Reads_one_event_a_line_however_it_is_cut(string text, string expected)
    {
        foreach (var step in new[] { 1, 2, 5, 1000 })
        {
            var events = await ReadAsync(text, step);
            string.Join(' ', events.Select(part => $"{part.Name ?? "-"}|{Encoding.UTF8.GetString(part.Data.Json.Span).Trim()}")).ShouldBe(expected, $"in steps of {step}");
        }
    }

    [Fact]
    public async Task Puts_the_base64_of_each_event_into_its_own_file()
    {
        var picture = Convert.ToBase64String(Enumerable.Range(0, 150_000).Select(i => (byte)i).ToArray());
        foreach (var step in new[] { 977, 1 << 20 })
        {
            var events = await ReadAsync($"data: {{\"b64_json\":\"{picture}\"}}\n\ndata: {{\"content\":\"a ![x](data:image/png;base64,{picture}) b\"}}\n\n", step);

            events.Count.ShouldBe(2);
            events.ShouldAllBe(part => part.Data.Values.Count == 1 && part.Data.Values[0].Bytes == 150_000);
            Encoding.UTF8.GetString(events[1].Data.Json.Span).ShouldMatch("""^\{"content":"a !\[x\]\(spooled-\w+-0\) b"\}$""");
            events.ForEach(part => part.Data.Dispose());
        }

        _folder.Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Leaves_no_file_of_an_event_that_was_cut_short()
    {
        foreach (var part in await ReadAsync("data: {\"b64_json\":\"" + new string('A', 900_000), 10_000))
        {
            part.Data.Dispose();
        }

        _folder.Files.ShouldBeEmpty();
    }

    private async Task<List<SplitEvent>> ReadAsync(string text, int step)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var bytes = Encoding.UTF8.GetBytes(text);
        using var splitter = new EventSplitter(new BodySplitLimits { Folder = _folder.Path, LooksInText = true });
        var reading = ToListAsync();
        for (var at = 0; at < bytes.Length; at += step)
        {
            await pipe.Writer.WriteAsync(bytes.AsMemory(at, Math.Min(step, bytes.Length - at)));
        }

        await pipe.Writer.CompleteAsync();
        return await reading;

        async Task<List<SplitEvent>> ToListAsync()
        {
            var events = new List<SplitEvent>();
            await foreach (var part in splitter.ReadAsync(pipe.Reader, CancellationToken.None))
            {
                events.Add(part);
            }

            return events;
        }
    }
}
