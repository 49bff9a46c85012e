using System.Net.Http.Headers;
using System.Text;

namespace Pictor.Tests.Api;

/// <summary>A multipart form written byte for byte, so that tests can send what real clients send and what nobody should.</summary>
internal sealed class RawForm(string boundary = "X-BOUNDARY")
{
    private readonly List<byte> _bytes = [];

    public string ContentType { get; init; } = $"multipart/form-data; boundary={boundary}";

    public RawForm Text(string name, string value) => Part($"Content-Disposition: form-data; name=\"{name}\"", Encoding.UTF8.GetBytes(value));

    public RawForm File(string name, byte[] bytes, string file = "picture.png") =>
        Part($"Content-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: image/png", bytes);

    public RawForm Part(string headers, byte[] bytes)
    {
        Write($"--{boundary}\r\n{headers}\r\n\r\n");
        _bytes.AddRange(bytes);
        Write("\r\n");
        return this;
    }

    public HttpContent Build(bool isClosed = true)
    {
        if (isClosed)
        {
            Write($"--{boundary}--\r\n");
        }

        var content = new ByteArrayContent(_bytes.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        return content;
    }

    /// <summary>As the .NET SDK of OpenAI sends it: no Content-Type on parts, unquoted names, a long quoted boundary.</summary>
    public static HttpContent AsTheDotNetClient(byte[] picture, params (string Name, string Value)[] texts)
    {
        var form = new MultipartFormDataContent("0123456789=0123456789_0123456789'0123456789=0123456789_0123456789=0123");
        foreach (var (name, value) in texts)
        {
            form.Add(new StringContent(value), name);
        }

        var part = new ByteArrayContent(picture);
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "image", FileName = "é.png", FileNameStar = "é.png" };
        form.Add(part);
        return form;
    }

    private void Write(string text) => _bytes.AddRange(Encoding.UTF8.GetBytes(text));
}
