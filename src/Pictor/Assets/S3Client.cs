using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Pictor.Images;
using Pictor.Settings;
using Pictor.Upstream;

namespace Pictor.Assets;

/// <summary>The few requests of S3 that pictures need, signed and sent through the one way out. Bodies stream from and to the disk.</summary>
internal sealed partial class S3Client(UpstreamClient upstream, IOptions<S3Options> options, TimeProvider time, ILogger<S3Client> log)
{
    // Stores refuse 15 minutes; what is nearer says nothing about the clock.
    private static readonly TimeSpan Skewed = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestLink = TimeSpan.FromDays(7);
    private readonly S3Signature _signature = new(SecretText.Read(options.Value.AccessKey), SecretText.Read(options.Value.SecretKey), options.Value.Region);
    private readonly string _start = StartOf(options.Value);
    private long _clockOffset;

    private DateTimeOffset Now => time.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _clockOffset));

    /// <summary>Stores a file. The store checks the hash before it says yes.</summary>
    /// <exception cref="S3Exception">It is not there.</exception>
    public async Task PutAsync(AssetName name, string file, string sha256, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Put, name, sha256, Prepare, cancellationToken);

        void Prepare(HttpRequestMessage request)
        {
            request.Content = new StreamContent(new FileStream(file, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 }));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(name.Format.MediaType());
        }
    }

    /// <summary>Length and time of an object; null when there is none.</summary>
    /// <exception cref="S3Exception">The store did not say.</exception>
    public async Task<(long Bytes, DateTimeOffset ModifiedAt)?> LookAsync(AssetName name, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Head, name, S3Signature.EmptyHash, _ => { }, cancellationToken);
            return FactsOf(response);
        }
        catch (S3Exception fault) when (fault.IsMissing)
        {
            return null;
        }
    }

    /// <summary>An object from some byte on; null when there is none. The caller disposes of the answer.</summary>
    /// <exception cref="S3Exception">The store did not give it.</exception>
    public async Task<HttpResponseMessage?> GetAsync(AssetName name, long from, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, name, S3Signature.EmptyHash, request => request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null, cancellationToken);
        }
        catch (S3Exception fault) when (fault.IsMissing)
        {
            return null;
        }
    }

    /// <exception cref="S3Exception">It may still be there.</exception>
    public async Task DeleteAsync(AssetName name, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(HttpMethod.Delete, name, S3Signature.EmptyHash, _ => { }, cancellationToken);
        }
        catch (S3Exception fault) when (fault.IsMissing)
        {
            // It was gone already.
        }
    }

    /// <summary>A link into the store that lives as long as asked, a week at most.</summary>
    public Uri Link(AssetName name, DateTimeOffset until)
    {
        var life = until - time.GetUtcNow();
        return _signature.Link(AddressOf(name), life < LongestLink ? life : LongestLink, Now);
    }

    /// <summary>Length and time as an answer tells them.</summary>
    /// <exception cref="S3Exception">It does not say how long the object is.</exception>
    public static (long Bytes, DateTimeOffset ModifiedAt) FactsOf(HttpResponseMessage response) =>
        (response.Content.Headers.ContentLength ?? throw new S3Exception("The S3 store did not say how long the picture is."), response.Content.Headers.LastModified ?? DateTimeOffset.UnixEpoch);

    private static string StartOf(S3Options options)
    {
        var endpoint = new Uri(options.Endpoint!);
        var start = options.PathStyle ? $"{endpoint.AbsoluteUri.TrimEnd('/')}/{options.Bucket}" : $"{endpoint.Scheme}://{options.Bucket}.{endpoint.Authority}";
        return $"{start}/{options.Prefix}";
    }

    private static async Task<S3Exception> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var code = "";
        try
        {
            using var start = await BodyLimits.ReadStartAsync(response.Content, 16 * 1024, cancellationToken);
            code = ErrorCode().Match(Encoding.UTF8.GetString(start.Bytes.Span)).Groups[1].Value;
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or InvalidDataException or OperationCanceledException)
        {
            // It broke off or fell silent inside of its error page; the status has said enough.
        }

        return new S3Exception($"The S3 store answered {(int)response.StatusCode}{(code.Length > 0 ? " " + code : "")}.", status: response.StatusCode, code: code);
    }

    private Uri AddressOf(AssetName name) => new(_start + name);

    // One deadline until the answer begins or, where that is no, until the end of its error page. A caller may wait without a limit of its own.
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, AssetName name, string sha256, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                using var request = new HttpRequestMessage(method, AddressOf(name));
                prepare(request);
                _signature.Sign(request, sha256, Now);
                var response = await upstream.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
                if (response.IsSuccessStatusCode)
                {
                    return response;
                }

                using (response)
                {
                    if (!isFirst || !FollowsClock(response))
                    {
                        throw await RefusalAsync(response, either.Token);
                    }
                }
            }
            catch (HttpRequestException) when (isFirst)
            {
                // A connection that the store had closed meanwhile; each of these requests may be made twice.
            }
            catch (Exception fault) when (fault is HttpRequestException or TimeoutException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw new S3Exception(fault is HttpRequestException ? "The S3 store cannot be reached." : "The S3 store did not answer in time.", fault);
            }
        }
    }

    // A store refuses requests whose time is not its own: the difference is remembered, so that a wrong clock here stops nothing.
    private bool FollowsClock(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.Forbidden || response.Headers.Date is not { } theirs || (theirs - Now).Duration() < Skewed)
        {
            return false;
        }

        var offset = theirs - time.GetUtcNow();
        Interlocked.Exchange(ref _clockOffset, offset.Ticks);
        Log.Skewed(log, offset);
        return true;
    }

    [GeneratedRegex("<Code>([A-Za-z0-9.]{1,64})</Code>", RegexOptions.NonBacktracking)]
    private static partial Regex ErrorCode();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The clock of the S3 store differs from this machine's by {Offset}; requests are signed with the store's time.")]
        public static partial void Skewed(ILogger logger, TimeSpan offset);
    }
}
