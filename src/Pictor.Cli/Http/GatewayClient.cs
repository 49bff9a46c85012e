using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Pictor.Cli.Settings;

namespace Pictor.Cli.Http;

/// <summary>The one place that calls the server: JSON and forms out, JSON or an exception back.</summary>
internal sealed class GatewayClient(Address address, string? key, TimeSpan timeout) : IDisposable
{
    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(60);
    private readonly HttpClient _client = Make();

    public Address Address => address;

    /// <summary>How long an answer that is under way, or one that only has to be fetched, may be silent.</summary>
    public TimeSpan LongestSilence { get; } = timeout < MostSilence ? timeout : MostSilence;

    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancellationToken) => GetAsync(path, timeout, cancellationToken);

    /// <summary>A question that is not worth the whole timeout.</summary>
    public Task<ApiAnswer> GetAsync(string path, TimeSpan most, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, () => null, CallHeaders.None, most < timeout ? most : timeout, cancellationToken);

    public Task<ApiAnswer> SendJsonAsync(HttpMethod method, string path, JsonNode? body, CallHeaders headers, CancellationToken cancellationToken) =>
        SendAsync(method, path, () => body is null ? null : new StringContent(JsonText.Line(body), Encoding.UTF8, "application/json"), headers, cancellationToken);

    /// <summary>One call. A path that starts with <c>/</c> stands beside <c>/v1</c>, any other stands below it.</summary>
    /// <exception cref="ApiException">The server refused or failed.</exception>
    /// <exception cref="NoAnswerException">There was no answer.</exception>
    public Task<ApiAnswer> SendAsync(HttpMethod method, string path, Func<HttpContent?> content, CallHeaders headers, CancellationToken cancellationToken) =>
        SendAsync(method, path, content, headers, timeout, cancellationToken);

    private async Task<ApiAnswer> SendAsync(HttpMethod method, string path, Func<HttpContent?> content, CallHeaders headers, TimeSpan most, CancellationToken cancellationToken)
    {
        var uri = UriOf(path);
        using var request = Request(method, uri);
        request.Content = content();
        headers.AddTo(request);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(most);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return await ApiAnswer.ReadAsync(response, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(most);
        }
        catch (HttpRequestException fault)
        {
            throw Unreachable(uri, fault);
        }
        catch (IOException fault)
        {
            throw Broken(uri, fault);
        }
    }

    /// <summary>
    /// Opens a picture's link; how long that may take is the caller's to say. The key goes along only where the link is on the server's
    /// own origin and asks for it.
    /// </summary>
    public async Task<HttpResponseMessage> OpenAsync(Uri link, bool withKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        if (withKey && key is not null && IsOwn(link))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>Opens a stream of events; its headers have come when this returns.</summary>
    /// <exception cref="ApiException">The server refused.</exception>
    /// <exception cref="NoAnswerException">There was no answer.</exception>
    public async Task<HttpResponseMessage> ListenAsync(string path, string? lastEventId, CancellationToken cancellationToken)
    {
        var uri = UriOf(path);
        using var request = Request(HttpMethod.Get, uri);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        // Of the headers and of a refusal: the events come when they come.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        try
        {
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            {
                return response;
            }

            using (response)
            {
                var answer = await ApiAnswer.ReadAsync(response, patience.Token);
                throw new ApiException(answer.Status, $"{uri.GetLeftPart(UriPartial.Path)} gives no stream of events.", null, null, answer.RequestId);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(timeout);
        }
        catch (HttpRequestException fault)
        {
            throw Unreachable(uri, fault);
        }
        catch (IOException fault)
        {
            throw Broken(uri, fault);
        }
    }

    public bool IsOwn(Uri link) => Uri.Compare(link, address.V1, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Posts elsewhere than to the server, without the key: what <c>pictor listen</c> forwards to.</summary>
    public Task<HttpResponseMessage> ForwardAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _client.SendAsync(request, cancellationToken);

    public void Dispose() => _client.Dispose();

    private Uri UriOf(string path) => path.StartsWith('/') ? new Uri(address.Root, path[1..]) : new Uri(address.V1, path);

    private HttpRequestMessage Request(HttpMethod method, Uri uri)
    {
        var request = new HttpRequestMessage(method, uri);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return request;
    }

    private NoAnswerException Silent(TimeSpan most) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{address.V1} gave no answer within {most.TotalSeconds:0.#} s{(most < timeout ? "" : " (--timeout)")}."), neverSent: false);

    private static NoAnswerException Broken(Uri uri, IOException fault) => new($"The connection to {uri.Authority} broke: {fault.Message}", neverSent: false, fault);

    private static NoAnswerException Unreachable(Uri uri, HttpRequestException fault) => fault.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new NoAnswerException($"{uri.Host} is not known: check the base URL and the network.", neverSent: true, fault),
        HttpRequestError.ConnectionError => new NoAnswerException($"Nothing answers at {uri.GetLeftPart(UriPartial.Authority)}: check the base URL and whether the gateway runs.", neverSent: true, fault),
        HttpRequestError.SecureConnectionError => new NoAnswerException($"No secure connection to {uri.Authority}: {fault.InnerException?.Message ?? fault.Message}", neverSent: true, fault),
        HttpRequestError.ProxyTunnelError => new NoAnswerException($"The proxy does not let us reach {uri.Authority}: {fault.Message}", neverSent: true, fault),
        _ => new NoAnswerException($"The call to {uri.Authority} broke: {fault.Message}", neverSent: false, fault),
    };

    private static HttpClient Make()
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), AutomaticDecompression = System.Net.DecompressionMethods.All, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("pictor-cli/0.1");
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        return client;
    }
}

/// <summary>The headers of a call that can spend.</summary>
internal sealed record CallHeaders(string? IdempotencyKey = null, bool Strict = false, bool RespondAsync = false)
{
    public static CallHeaders None { get; } = new();

    /// <summary>For the same wish in other words: a key belongs to one body. It follows from the first one, so that a later run finds it too.</summary>
    public CallHeaders Reworded() => this with { IdempotencyKey = IdempotencyKey is null ? null : IdempotencyKey + "-plain" };

    public void AddTo(HttpRequestMessage request)
    {
        if (IdempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", IdempotencyKey);
        }

        if (Strict)
        {
            request.Headers.TryAddWithoutValidation("Pictor-Strict", "true");
        }

        if (RespondAsync)
        {
            request.Headers.TryAddWithoutValidation("Prefer", "respond-async");
        }
    }
}
