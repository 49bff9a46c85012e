using Pictor.Api.Images;
using Pictor.Api.Jobs;
using Pictor.Catalog;
using Pictor.Images;
using Pictor.Jobs;

namespace Pictor.Api.Chat;

/// <summary>A chat call from its body to its answer. All that can be refused is refused before the first byte.</summary>
internal sealed class ChatCall(JobIntake intake, JobAnswer answer, ModelCatalog catalog, OwnPictures own, ChatAnswerWire wire, ChatStream stream)
{
    public async Task RunAsync(HttpContext http)
    {
        ChatRequest chat;
        AcceptedJob accepted;
        Waiting waiting;
        using (var body = await RequestBody.ReadJsonAsync(http))
        {
            var identity = CallIdentity.Of(http, body);
            waiting = Waiting.Of(http, body.Fields, answer.LongestCall);
            var model = catalog.Find(RequestRules.Text(body.Fields, "model"));
            chat = ChatRequestWire.Read(body, model.Capabilities.MaxReferences > 0);
            var order = await own.TakeAsync(ImagesRequestWire.Read(http, body, chat.Pictures, [.. chat.Warnings, .. waiting.AboutStream(chat.IsStream)]), body, http.RequestAborted);
            accepted = await intake.AcceptAsync(order with { Idempotency = identity }, http.RequestAborted);
        }

        if (chat.IsStream && waiting.IsOrdinary)
        {
            await stream.WriteAsync(http, accepted, chat);
            return;
        }

        await answer.WriteAsync(http, accepted, waiting, ended => wire.WriteAsync(http, ended, chat, accepted.LinksOf(ended)));
    }
}
