using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pictor.Cli.Commands;
using Pictor.Cli.Http;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Chat;

/// <summary>What was said so far. Speaks to the chat door, or where there is none edits the last picture through the others.</summary>
internal sealed partial class Conversation(ImageCalls calls, JsonObject parameters, Session session)
{
    private readonly JsonArray _messages = [];
    private bool _hasChatDoor = true;
    private bool _pictureIsInHistory;

    /// <summary>The pictures that the next sentence is about.</summary>
    public IReadOnlyList<Reference> Pictures { get; set; } = [];

    /// <summary>Says one sentence; the answer has the shape of the images doors.</summary>
    public async Task<ApiAnswer> SayAsync(string text, CancellationToken cancellationToken)
    {
        if (_hasChatDoor)
        {
            var message = Message(text);
            _messages.Add((JsonNode)message);
            try
            {
                return await ChatAsync(cancellationToken);
            }
            catch (ApiException fault) when (fault.IsMissingDoor)
            {
                _hasChatDoor = false;
                session.Screen.Notice("the server has no chat door; each sentence edits the last picture instead");
            }
            catch
            {
                _messages.Remove(message);
                throw;
            }
        }

        return await EditAsync(text, cancellationToken);
    }

    /// <summary>The picture that the next sentence is about.</summary>
    public void Remember(string path) => Pictures = _hasChatDoor && _pictureIsInHistory ? [] : [Reference.Read(path, session.Surroundings)];

    private async Task<ApiAnswer> EditAsync(string text, CancellationToken cancellationToken)
    {
        var body = (JsonObject)parameters.DeepClone();
        body["prompt"] = text;
        return await calls.WithoutRefusedQualityAsync(body, new CallHeaders(Guid.NewGuid().ToString("N"), RespondAsync: true), async headers =>
        {
            var answer = Pictures.Count == 0
                ? await calls.PostJsonAsync("images/generations", body, headers, cancellationToken)
                : await EditCalls.PostAsync(calls, body, Pictures, mask: null, headers, session);
            return await calls.FinishAsync(answer, tell: null, cancellationToken);
        });
    }

    private JsonObject Message(string text)
    {
        if (Pictures.Count == 0)
        {
            return new JsonObject { ["role"] = "user", ["content"] = text };
        }

        var parts = new JsonArray((JsonNode)new JsonObject { ["type"] = "text", ["text"] = text });
        foreach (var picture in Pictures)
        {
            parts.Add((JsonNode)new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = picture.AsText } });
        }

        return new JsonObject { ["role"] = "user", ["content"] = parts };
    }

    private async Task<ApiAnswer> ChatAsync(CancellationToken cancellationToken)
    {
        var body = (JsonObject)parameters.DeepClone();
        body["messages"] = _messages.DeepClone();
        body["stream"] = false;
        var answer = await calls.WithoutRefusedQualityAsync(body, new CallHeaders(Guid.NewGuid().ToString("N")), headers => calls.PostJsonAsync("chat/completions", body, headers, cancellationToken));
        var said = answer.Body.Member("choices").Items().FirstOrDefault().Member("message") ?? throw new CliException("The chat's answer holds no message.");
        var content = said.Text("content") ?? "";
        var links = MarkdownPicture().Matches(content).Select(match => match.Groups[1].Value).Distinct().ToArray();
        _pictureIsInHistory = links.Length > 0;
        if (links.Length == 0)
        {
            links = [.. said.Member("images").Items().Select(image => image.Member("image_url")?.Text("url")).OfType<string>()];
        }

        if (links.Length == 0)
        {
            throw new CliException($"The answer holds no picture: {Screen.Clean(content.Length > 300 ? content[..300] + "…" : content)}");
        }

        // A follow-up takes the last picture the assistant made: its words have to be told back as they were.
        _messages.Add((JsonNode)new JsonObject { ["role"] = "assistant", ["content"] = content });
        var data = new JsonObject
        {
            ["model"] = answer.Body.Text("model"),
            ["data"] = new JsonArray([.. links.Select(link => (JsonNode)new JsonObject { ["url"] = link })]),
        };
        if (answer.Body.Member("usage")?.Text("cost") is { } cost)
        {
            data["cost"] = cost;
        }

        using var document = JsonDocument.Parse(JsonText.Line(data));
        return answer with { Body = document.RootElement.Clone() };
    }

    [GeneratedRegex(@"!\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex MarkdownPicture();
}
