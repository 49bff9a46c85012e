using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pictor.Cli.Commands;

/// <summary>Posts what a webhook would be told to a program on this machine, with the headers of Standard Webhooks.</summary>
internal sealed class Forwarder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Session _session;
    private readonly byte[]? _key;

    /// <exception cref="CliException">The address or the secret cannot be used.</exception>
    public Forwarder(Session session, string address, string? secret)
    {
        _session = session;
        Target = Uri.TryCreate(address.Contains("://", StringComparison.Ordinal) ? address : "http://" + address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
            : throw CliException.Usage($"'{address}' is no http or https address.");
        _key = secret is null ? null : KeyOf(secret);
    }

    public Uri Target { get; }

    /// <returns>What came of it, for people.</returns>
    public async Task<string> SendAsync(string jobId, string body)
    {
        var (id, timestamp) = ("msg_" + jobId, _session.Surroundings.Time.GetUtcNow().ToUnixTimeSeconds());
        using var request = new HttpRequestMessage(HttpMethod.Post, Target) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (_key is not null)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}");
            request.Headers.TryAddWithoutValidation("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text))));
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_session.Now);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await _session.Client.ForwardAsync(request, patience.Token);
            return ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is OperationCanceledException && !_session.Now.IsCancellationRequested))
        {
            return fault switch
            {
                HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => "nothing answers there",
                HttpRequestException => Screen.Clean(fault.Message),
                _ => $"no answer within {Patience.TotalSeconds:0} s",
            };
        }
    }

    // Standard Webhooks: a secret that starts with whsec_ is base64, any other is its bytes.
    private static byte[] KeyOf(string secret)
    {
        const string Prefix = "whsec_";
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(secret);
        }

        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length > 0 ? key[..length]
            : throw CliException.Usage("The secret starts with whsec_, and what follows is not base64.");
    }
}
