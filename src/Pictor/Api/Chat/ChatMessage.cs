using System.Text.RegularExpressions;
using Pictor.Images;

namespace Pictor.Api.Chat;

/// <summary>One message of a conversation: its text and its pictures, whichever way a client writes them.</summary>
internal sealed partial record ChatMessage
{
    private const string Param = "messages";

    public required string Role { get; init; }

    public required string Text { get; init; }

    /// <summary>Links, data URIs and placeholders that stand in parts of their own, in order.</summary>
    public required IReadOnlyList<string> Pictures { get; init; }

    /// <summary>The types of parts that mean nothing here.</summary>
    public required IReadOnlyList<string> UnknownParts { get; init; }

    public static ChatMessage Read(FieldValue message)
    {
        if (!message.Member("role").TryText(out var role))
        {
            throw RequestRules.Invalid("every message must be an object with a role", Param);
        }

        var texts = new List<string>();
        var pictures = new List<string>();
        var unknown = new List<string>();
        var content = message.Member("content");
        if (content.TryText(out var whole))
        {
            texts.Add(whole);
        }
        else if (content.IsArray)
        {
            foreach (var part in content.Items)
            {
                Add(part, texts, pictures, unknown);
            }
        }
        else if (!content.IsNull)
        {
            throw RequestRules.Invalid("the content of a message must be a string or an array of parts", Param);
        }

        foreach (var image in message.Member("images") is { IsArray: true } images ? images.Items : [])
        {
            Add(image, [], pictures, unknown);
        }

        return new ChatMessage { Role = role, Text = string.Join('\n', texts), Pictures = pictures, UnknownParts = unknown };
    }

    /// <summary>The last picture of the message, be it a part of its own or a markdown image; null when there is none.</summary>
    public string? LastPicture() => Pictures.Count > 0
        ? Pictures[^1]
        : MarkdownImage().Matches(Text) is { Count: > 0 } found ? found[^1].Groups[1].Value : null;

    private static void Add(FieldValue part, List<string> texts, List<string> pictures, List<string> unknown)
    {
        if (part.TryText(out var text))
        {
            texts.Add(text);
            return;
        }

        var type = part.Member("type").TryText(out var written) ? written : "";
        if (type is "text" or "input_text" or "output_text" && part.Member("text").TryText(out text))
        {
            texts.Add(text);
        }
        else if (type is "image_url" or "input_image" or "image" or "output_image")
        {
            pictures.Add(Address(part) ?? throw RequestRules.Invalid("image_url must have a link or a data URI in its url", Param));
        }
        else
        {
            unknown.Add(type.Length is > 0 and <= 60 ? type : "(unknown)");
        }
    }

    private static string? Address(FieldValue part)
    {
        foreach (var name in (string[])["image_url", "image", "url"])
        {
            if (part.Member(name).TryText(out var address) || part.Member(name).Member("url").TryText(out address))
            {
                return address;
            }
        }

        return null;
    }

    [GeneratedRegex(@"!\[[^\]]*\]\(\s*<?([^\s)>]+)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex MarkdownImage();
}
