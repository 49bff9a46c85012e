namespace Pictor.Upstream;

/// <summary>Says once when the collector takes nothing, and once when it does again: the exporter itself drops what was not taken in silence.</summary>
internal sealed partial class CollectorWatch(HttpMessageHandler inner, ILogger log) : DelegatingHandler(inner)
{
    private int _isTaken = 1;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Judge(request, base.Send(request, cancellationToken));
        }
        catch (Exception fault)
        {
            Failed(request, fault.Message);
            throw;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Judge(request, await base.SendAsync(request, cancellationToken));
        }
        catch (Exception fault)
        {
            Failed(request, fault.Message);
            throw;
        }
    }

    private HttpResponseMessage Judge(HttpRequestMessage request, HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode)
        {
            Failed(request, $"it answers {(int)answer.StatusCode}");
        }
        else if (Interlocked.Exchange(ref _isTaken, 1) == 0)
        {
            Log.TakenAgain(log, request.RequestUri!.AbsolutePath);
        }

        return answer;
    }

    private void Failed(HttpRequestMessage request, string reason)
    {
        if (Interlocked.Exchange(ref _isTaken, 0) == 1)
        {
            Log.NotTaken(log, request.RequestUri!.AbsolutePath, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The collector does not take what is sent to {Path}: {Reason}. It is dropped until it does.")]
        public static partial void NotTaken(ILogger logger, string path, string reason);

        [LoggerMessage(2, LogLevel.Information, "The collector takes again what is sent to {Path}.")]
        public static partial void TakenAgain(ILogger logger, string path);
    }
}
