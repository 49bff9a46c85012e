using System.Globalization;
using System.Text.Json;
using Pictor.Api.Images;
using Pictor.Assets;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api.Chat;

/// <summary>The JSON of chat answers, whole and in chunks. A key without a value is left out: clients print a null.</summary>
internal sealed class ChatAnswerWire(IAssetStore files, AssetLinks links)
{
    // A fixed word: what a prompt holds would end up inside of the markdown.
    private const string AlternativeText = "image";

    /// <summary>Writes a whole answer.</summary>
    public async Task WriteAsync(HttpContext http, Job job, ChatRequest chat, LinkTerms terms)
    {
        var answer = PictureJson.Of((json, pictures) =>
        {
            Begin(json, job, "chat.completion");
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            json.WriteString("content", Markdown(job, terms));
            if (chat.WantsImages)
            {
                WriteImages(json, job, pictures);
            }

            json.WriteEndObject();
            json.WriteString("finish_reason", "stop");
            json.WriteEndObject();
            json.WriteEndArray();
            ImagesResponseWire.WriteUsage(json, job, UsageShape.Chat);
            WriteWarnings(json, job);
            json.WriteEndObject();
        });
        ApiCall.BeginJson(http, StatusCodes.Status200OK);
        await answer.WriteAsync(http.Response.BodyWriter, isAscii: true, http.RequestAborted);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    /// <summary>The chunk that tells a shell that somebody is there.</summary>
    public static PictureJson Role(Job job) => Chunk(job, finish: null, (json, _) =>
    {
        json.WriteString("role", "assistant");
        json.WriteString("content", "");
    });

    /// <summary>A line of content that shells take for thinking, and leave out of what they send again.</summary>
    public static PictureJson Progress(Job job, int reached) => Chunk(job, finish: null, (json, _) =>
        json.WriteString("content", string.Create(CultureInfo.InvariantCulture, $"> {reached}%\n")));

    /// <summary>The chunk with the pictures: as markdown in one piece, and themselves where they are wanted.</summary>
    public PictureJson Content(Job job, ChatRequest chat, LinkTerms terms, bool isBelowProgress) => Chunk(job, finish: null, (json, pictures) =>
    {
        // An empty line ends the lines of progress: without it, the pictures would belong to them.
        json.WriteString("content", (isBelowProgress ? "\n" : "") + Markdown(job, terms));
        if (chat.WantsImages)
        {
            WriteImages(json, job, pictures);
        }
    });

    public static PictureJson Stop(Job job) => Chunk(job, finish: "stop", (_, _) => { });

    /// <summary>The chunk with the usage, whose choices are empty and not absent.</summary>
    public static PictureJson Usage(Job job) => PictureJson.Of((json, _) =>
    {
        Begin(json, job, "chat.completion.chunk");
        json.WriteStartArray("choices");
        json.WriteEndArray();
        ImagesResponseWire.WriteUsage(json, job, UsageShape.Chat);
        json.WriteEndObject();
    });

    public static PictureJson Error(GatewayError error) => PictureJson.Of((json, _) =>
    {
        json.WriteStartObject();
        ErrorWriter.WriteTo(json, error);
        json.WriteEndObject();
    });

    private static PictureJson Chunk(Job job, string? finish, Action<Utf8JsonWriter, PictureJson> delta) => PictureJson.Of((json, pictures) =>
    {
        Begin(json, job, "chat.completion.chunk");
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("delta");
        delta(json, pictures);
        json.WriteEndObject();
        json.WriteString("finish_reason", finish);
        json.WriteEndObject();
        json.WriteEndArray();
        if (finish is not null)
        {
            WriteWarnings(json, job);
        }

        json.WriteEndObject();
    });

    private static void Begin(Utf8JsonWriter json, Job job, string kind)
    {
        json.WriteStartObject();
        json.WriteString("id", $"chatcmpl-{job.Id}");
        json.WriteString("object", kind);
        json.WriteNumber("created", job.CreatedAt.ToUnixTimeSeconds());
        json.WriteString("model", job.Request.Model);
    }

    private static void WriteWarnings(Utf8JsonWriter json, Job job)
    {
        if (job.Warnings.Count > 0)
        {
            ImagesResponseWire.WriteWarnings(json, job.Warnings);
        }
    }

    private string Markdown(Job job, LinkTerms terms) => string.Join(
        "\n\n",
        job.Result!.Images.Select(image => $"![{AlternativeText}]({links.Create(job.Origin, image, job.Request.UrlExpiresIn, job.Result.KeptUntil, terms).Url})"));

    private void WriteImages(Utf8JsonWriter json, Job job, PictureJson pictures)
    {
        json.WriteStartArray("images");
        foreach (var image in job.Result!.Images)
        {
            json.WriteStartObject();
            json.WriteString("type", "image_url");
            json.WriteStartObject("image_url");
            json.WriteString("url", $"data:{image.Format.MediaType()};base64,{pictures.Mark(cancel => files.ReadAsync(AssetName.Of(image), cancel))}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
