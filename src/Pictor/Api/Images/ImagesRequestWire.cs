using Pictor.Errors;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api.Images;

/// <summary>A request for pictures as clients write it, read into the order that becomes a job.</summary>
internal static class ImagesRequestWire
{
    /// <param name="http">Who asks.</param>
    /// <param name="body">The parameters; <c>prompt</c> among them.</param>
    /// <param name="shown">Pictures that the door found outside of the parameters, as they were written.</param>
    /// <param name="warned">What the door itself adapted or ignored.</param>
    public static JobOrder Read(HttpContext http, RequestBody body, IReadOnlyList<string> shown, IReadOnlyList<Warning> warned)
    {
        var fields = body.Fields;
        var warnings = new List<Warning>(warned);
        CheckWebhook(fields, warnings);
        DropPixels(body, warnings);
        var (leading, prompt) = PromptImages.Lift(RequestRules.Prompt(fields), body.IsSpooled);
        if (body.Mentions(prompt))
        {
            throw RequestRules.Invalid("prompt must have its pictures at its head, before the text", "prompt");
        }

        var pictures = leading.Select(word => Picture(body, "prompt", word)).Concat(shown.Select(word => Picture(body, "messages", word))).ToList();
        foreach (var name in RequestNames.Pictures)
        {
            if (fields.TryGet(name, out var value))
            {
                pictures.AddRange(value.Items.Where(item => !item.IsNull).Select(item => Picture(body, name, Address(name, item))));
            }
        }

        return new JobOrder
        {
            Key = http.Key(),
            Fields = fields,
            Prompt = prompt,
            Pictures = pictures,
            Mask = fields.TryGet("mask", out var mask) ? Picture(body, "mask", Address("mask", mask)) : null,
            Warnings = warnings,
            IsStrict = http.Request.Headers["Pictor-Strict"].ToString().Equals("true", StringComparison.OrdinalIgnoreCase),
            Origin = http.Origin(),
            RequestId = http.RequestId(),
        };
    }

    private static void CheckWebhook(RequestFields fields, List<Warning> warnings)
    {
        var url = RequestRules.WebhookUrl(fields);
        if (RequestRules.WebhookSecret(fields) is not null && url is null)
        {
            warnings.Add(Warning.Ignored("webhook_secret", requested: null, "There is no webhook_url that it belongs to; it was not kept."));
        }
    }

    // Unknown parameters may be passed on; pictures inside of them may not, since nobody has looked at them.
    private static void DropPixels(RequestBody body, List<Warning> warnings)
    {
        foreach (var name in body.Fields.Names.Where(name => !RequestNames.IsKnown(name)).ToList())
        {
            if (body.Fields.TryGet(name, out var value) && body.Mentions(value.ToString()))
            {
                body.Fields.Remove(name);
                warnings.Add(Warning.Ignored(name, "(base64)", $"The gateway knows no parameter '{name}'; the data in it was dropped."));
            }
        }
    }

    // A picture is a string, or an object with the address in it, as OpenAI's JSON edits and chat parts have it.
    private static string Address(string param, FieldValue value)
    {
        if (value.TryText(out var text) || value.Member("image_url").TryText(out text) || value.Member("url").TryText(out text) || value.Member("image_url").Member("url").TryText(out text))
        {
            return text;
        }

        throw RequestRules.Invalid($"{param} must be base64, a data URI or an http(s) link", param);
    }

    private static IncomingPicture Picture(RequestBody body, string param, string text)
    {
        if (body.FileOf(text) is { } file)
        {
            return new IncomingPicture(param, Link: null, file);
        }

        if (PromptImages.IsLink(text))
        {
            return text.Length <= 8192 ? new IncomingPicture(param, text, File: null) : throw RequestRules.Invalid($"{param} has a link longer than 8192 characters", param);
        }

        return body.Spool(text) is { } spooled
            ? new IncomingPicture(param, Link: null, spooled)
            : throw new GatewayException(ErrorKind.BadReferenceImage, $"{param} must be base64, a data URI or an http(s) link", param);
    }
}
