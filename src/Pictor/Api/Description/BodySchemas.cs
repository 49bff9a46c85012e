using Microsoft.OpenApi;
using Pictor.Images;
using Pictor.Keys;
using static Pictor.Api.Description.Schemas;

namespace Pictor.Api.Description;

/// <summary>The body of every call that has one, by media type.</summary>
internal static class BodySchemas
{
    private const string Json = "application/json";
    private const string Form = "multipart/form-data";

    /// <summary>Whether the call makes a job that can be waited for elsewhere.</summary>
    public static bool MakesJob(HttpMethod method, string path) =>
        method == HttpMethod.Post && path is "/v1/images/generations" or "/v1/images/edits" or "/v1/images/variations" or "/v1/images";

    public static IReadOnlyList<(string MediaType, IOpenApiSchema Schema)> Of(HttpMethod method, string path) => (method.Method, path) switch
    {
        ("POST", "/v1/images/generations") => [(Json, Generation())],
        ("POST", "/v1/images/estimate") => [(Json, Generation())],
        ("POST", "/v1/images/edits") => [(Form, Edit(isForm: true)), (Json, Edit(isForm: false))],
        ("POST", "/v1/images/variations") => [(Form, Variation())],
        ("POST", "/v1/images") => [(Json, OpenRouter())],
        ("POST", "/v1/chat/completions") => [(Json, Chat())],
        ("POST", "/admin/keys") => [(Json, Key(isNew: true))],
        ("PATCH", "/admin/keys/{id}") => [(Json, Key(isNew: false))],
        ("POST", "/admin/keys/{id}/adjust") => [(Json, Object(["amount", "note"], ("amount", Text("\"3.50\" gives, \"-1.00\" takes.")), ("note", Text("Why; the ledger keeps it."))))],
        ("POST", "/admin/channels") => [(Json, Channel(["id", "provider", "models"]))],
        ("PATCH", "/admin/channels/{id}") => [(Json, Channel([]))],
        ("PUT", "/admin/prices/{model}") => [(Json, Price())],
        _ => [],
    };

    private static OpenApiSchema Generation() => Object(["prompt"],
    [
        ("prompt", Text("1 to 32,000 characters. Leading http(s) links and data URIs, separated by blanks, are reference images in that order.")),
        .. Parameters(),
        ("input_image", Text("A reference image as base64, data URI or http(s) link; also image, images, input_image_2 to input_image_16, each a string or an array.")),
        ("mask", Text("A picture whose transparent area is to change.")),
        .. Streaming(),
        ("extra_body", new OpenApiSchema { Type = JsonSchemaType.Object, Description = "The same parameters once more; the top level wins." }),
    ]);

    private static OpenApiSchema Edit(bool isForm) => Object(["prompt"],
    [
        ("prompt", Text("What to change, 1 to 32,000 characters.")),
        isForm
            ? ("image", List(Bytes("A picture."), "1 to 16 pictures, also as image[] or image[0]."))
            : ("images", List(Object(["image_url"], ("image_url", Text("Link or data URI."))), "1 to 16 pictures; also image, a string or an array.")),
        ("mask", isForm ? Bytes("A picture whose transparent area is to change.") : Text("A picture whose transparent area is to change: link, data URI or base64.")),
        .. Parameters(),
        .. Streaming(),
    ]);

    private static OpenApiSchema Variation() => Object(["image"],
    [
        ("image", Bytes("The picture to draw anew.")),
        ("prompt", Text("What it should become; may be left out.")),
        .. Parameters(),
    ]);

    private static OpenApiSchema OpenRouter() => Object(["prompt"],
    [
        ("prompt", Text("1 to 32,000 characters.")),
        ("input_references", List(Object(["image_url"], ("type", OneOf("What it is.", "image_url")), ("image_url", Object(["url"], ("url", Text("Link or data URI."))))), "Reference images.")),
        .. Parameters(),
        .. Streaming(),
    ]);

    private static OpenApiSchema Chat() => Object(["messages"],
    [
        ("messages", List(
            Object(
                ["role", "content"],
                ("role", OneOf("Who speaks.", "system", "developer", "user", "assistant")),
                ("content", new OpenApiSchema { Description = "Text, or an array of parts: text, and image_url with links or data URIs." })),
            "The prompt is the last message of the user; without a picture in it, the last picture that the assistant made is changed.")),
        ("stream", Truth("Answer as server-sent events.")),
        ("stream_options", Object([], ("include_usage", Truth("A last chunk with the usage.")))),
        ("progress", Truth("A stream tells the progress in lines of its content that start with '> '.")),
        ("modalities", List(OneOf("What comes back.", "text", "image"), "With image, the answer carries the pictures as data URIs too.")),
        .. Parameters(),
    ]);

    private static IEnumerable<(string Name, IOpenApiSchema Schema)> Parameters() =>
    [
        ("model", Text("A name from /v1/models; the configured default model when it is left out.")),
        ("aspect_ratio", Text("W:H, at most 4 digits a side; wins over size. Empty or absent: the first reference's ratio, else 1:1.")),
        ("size", Text("WxH or auto.")),
        ("seed", Number(0, uint.MaxValue, "Drawn at random and reported when it is left out.")),
        ("safety_tolerance", Number(0, 6, "0 is strict; 2 unless given.")),
        ("prompt_upsampling", Truth("Let the vendor write a longer prompt.")),
        ("output_format", OneOf("jpeg for Flux, png otherwise, unless given.", "jpeg", "png", "webp")),
        ("response_format", OneOf("b64_json for the gpt-image family, else url, unless given.", "url", "b64_json")),
        ("n", Number(1, RequestRules.LargestN, "How many pictures.")),
        ("quality", Text("As the model's vendor defines it.")),
        ("style", Text("As the model's vendor defines it.")),
        ("background", Text("As the model's vendor defines it.")),
        ("moderation", Text("As the model's vendor defines it.")),
        ("input_fidelity", Text("As the model's vendor defines it.")),
        ("output_compression", Number(0, 100, "For jpeg and webp.")),
        ("watermark", Truth("As the model's vendor defines it.")),
        ("user", Text("The caller's own name for its user.")),
        ("webhook_url", Text("http or https; told when the job ends. null, \"null\" and empty mean none.")),
        ("webhook_secret", Text("Signs deliveries by Standard Webhooks.")),
        ("async", Truth("Answer 202 with the job at once.")),
        ("url_expires_in", Number(RequestRules.ShortestExpiry, RequestRules.LongestExpiry, "Seconds the links of this result live.")),
    ];

    private static IEnumerable<(string Name, IOpenApiSchema Schema)> Streaming() =>
    [
        ("stream", Truth("Answer as server-sent events.")),
        ("partial_images", Number(0, 3, "Unfinished pictures on the way, where the vendor has them.")),
    ];

    private static OpenApiSchema Key(bool isNew) => Object(isNew ? ["name"] : [],
    [
        ("name", Text("What it is called in lists.")),
        .. isNew
            ? new (string, IOpenApiSchema)[] { ("admin", Truth("May use /admin.")) }
            : [("disabled", Truth("Refuse it until this is false again."))],
        ("models", List(Text("A name from /v1/models."), "The models it may use; all when left out.")),
        ("budget", Object(["amount", "period"], ("amount", Text("Like \"3.50\".")), ("period", OneOf("How long it lasts.", "once", "month")))),
        ("limits", Object(
            [],
            ("requests_per_minute", Number(1, int.MaxValue, "Requests in any minute.")),
            ("images_per_minute", Number(1, int.MaxValue, "Pictures in any minute.")),
            ("concurrent", Number(1, int.MaxValue, "Jobs at one time.")))),
        ("waiting", Object(
            [],
            ("seconds", Number(1, KeyWaiting.Longest, "When a call that is still held turns into something else.")),
            ("then", OneOf("A 202 with the job, or a blank then and again.", KeyWaiting.ThenAccepted, KeyWaiting.ThenBlank)),
            ("accepted_status", Number(StatusCodes.Status200OK, StatusCodes.Status202Accepted, "200 for relay nodes, which take nothing else where a job is named; else 202.")))),
        ("expires_at", Text("ISO 8601, or seconds since 1970.")),
        ("webhook", Object(["url"], ("url", Text("Told of every job of the key that has no webhook of its own.")), ("secret", Text("Signs deliveries by Standard Webhooks.")))),
    ]);

    private static OpenApiSchema Channel(string[] required) => Object(
        required,
        ("id", Text("a-z, 0-9, '-' and '_'.")),
        ("provider", Text("openai, bfl, fal, replicate or sandbox.")),
        ("base_url", Text("The vendor's address; the provider's own when left out.")),
        ("credential", Text("Sealed, and never given back.")),
        ("models", new OpenApiSchema { Description = "\"a,b=c\", [\"a\", \"b=c\"] or {\"a\": \"a\", \"b\": \"c\"}: public name and the vendor's." }),
        ("priority", Number(-1000, 1000, "The highest first.")),
        ("weight", Number(1, 1_000_000, "Its share inside a priority.")),
        ("concurrent", Number(1, 100_000, "Calls at one time.")),
        ("enabled", Truth("Whether it is used.")),
        ("options", new OpenApiSchema { Type = JsonSchemaType.Object, Description = "Settings of the provider." }));

    private static OpenApiSchema Price() => Object(
        [],
        ("price", Text("Like \"0.035\", a picture.")),
        ("list_price", Text("What the vendor asks.")),
        ("rows", List(
            Object(
                ["price"],
                ("quality", Text("Which quality the row is for.")),
                ("shape", OneOf("Which shape the row is for.", [.. PriceShapes])),
                ("max_pixels", Number(1, Catalog.PriceRow.MostPixels, "The largest picture the row is for: width times height.")),
                ("price", Text("A picture.")),
                ("list_price", Text("What the vendor asks."))),
            "Instead of price: the first row that fits counts; the last fits always.")),
        ("source", Text("Where it is from.")),
        ("effective_from", Text("ISO 8601, or seconds since 1970; at once when left out.")));

    private static IEnumerable<string> PriceShapes => Catalog.PriceRow.Shapes;
}
