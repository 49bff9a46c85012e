using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Http;

/// <summary>The multipart form of edits and variations: one picture is <c>image</c>, several are <c>image[]</c>.</summary>
internal static class PictureForm
{
    public static HttpContent Make(JsonObject fields, IReadOnlyList<Reference> pictures, Reference? mask)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                form.Add(new StringContent(value is JsonValue ? value.ToString() : JsonText.Line(value)) { Headers = { ContentType = null } }, Quoted(name));
            }
        }

        foreach (var picture in pictures)
        {
            form.Add(Part(picture), Quoted(pictures.Count == 1 ? "image" : "image[]"), Quoted(picture.Name));
        }

        if (mask is not null)
        {
            form.Add(Part(mask), Quoted("mask"), Quoted(mask.Name));
        }

        return form;
    }

    private static ByteArrayContent Part(Reference picture)
    {
        var content = new ByteArrayContent(picture.Bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(picture.MediaType);
        return content;
    }

    // .NET leaves names unquoted, which some servers do not read.
    private static string Quoted(string name) => $"\"{name.Replace("\"", "%22", StringComparison.Ordinal)}\"";
}
