using Pictor.Api.Jobs;
using Pictor.Jobs;

namespace Pictor.Api.Images;

/// <summary><c>POST /v1/images/generations</c>: the main door.</summary>
internal static class GenerationsEndpoint
{
    public static async Task HandleAsync(HttpContext http, JobIntake intake, JobAnswer answer)
    {
        Job job;
        Waiting waiting;
        using (var body = await RequestBody.ReadJsonAsync(http))
        {
            var order = ImagesRequestWire.Read(http, body);
            waiting = Waiting.Of(http, body.Fields, answer.LongestCall);
            job = await intake.AcceptAsync(order, http.RequestAborted);
        }

        await answer.WriteAsync(http, job, waiting);
    }
}
