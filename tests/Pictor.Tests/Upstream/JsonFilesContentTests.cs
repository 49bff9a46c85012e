using System.Security.Cryptography;
using System.Text;
using Pictor.Upstream;

namespace Pictor.Tests.Upstream;

public sealed class JsonFilesContentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pictor-test-").FullName;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData((48 * 1024) - 1)]
    [InlineData(48 * 1024)]
    [InlineData((48 * 1024) + 1)]
    [InlineData(1_000_000)]
    public async Task Writes_a_file_as_base64_and_knows_the_length_before(int length)
    {
        var (path, bytes) = NewFile(length);
        var marks = new FileMarks();
        using var content = marks.ToContent(Encoding.UTF8.GetBytes($$"""{"prompt":"été","image":"data:image/png;base64,{{marks.Add(path)}}","n":1}"""));

        var written = await content.ReadAsStringAsync();

        written.ShouldBe($$"""{"prompt":"été","image":"data:image/png;base64,{{Convert.ToBase64String(bytes)}}","n":1}""");
        content.Headers.ContentLength.ShouldBe(Encoding.UTF8.GetByteCount(written));
        content.Headers.ContentType!.MediaType.ShouldBe("application/json");
    }

    [Fact]
    public async Task Puts_every_file_in_its_own_place()
    {
        var files = Enumerable.Range(0, 12).Select(index => NewFile(10 + index)).ToList();
        var marks = new FileMarks();
        var added = files.ConvertAll(file => marks.Add(file.Path));
        using var content = marks.ToContent(Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Reverse(added))));

        (await content.ReadAsStringAsync()).ShouldBe(string.Join(' ', files.Select(file => Convert.ToBase64String(file.Bytes)).Reverse()));
    }

    [Fact]
    public async Task Leaves_out_a_file_that_has_no_place()
    {
        var marks = new FileMarks();
        marks.Add(NewFile(5).Path);
        using var content = marks.ToContent("{}"u8.ToArray());

        (await content.ReadAsStringAsync()).ShouldBe("{}");
    }

    [Fact]
    public void Makes_marks_that_nobody_can_know_before() =>
        new FileMarks().Add("x").ShouldNotBe(new FileMarks().Add("x"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (string Path, byte[] Bytes) NewFile(int length)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        var bytes = RandomNumberGenerator.GetBytes(length);
        File.WriteAllBytes(path, bytes);
        return (path, bytes);
    }
}
