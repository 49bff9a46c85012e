using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Pictor.Cli.Http;

/// <summary>Follows a stream of events without end: where the line breaks it goes on behind the last one it gave.</summary>
internal sealed class EventFeed(GatewayClient client, string path, Screen screen)
{
    private const int MostRemembered = 10_000;

    // The server sends a sign of life at least every ten seconds.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private string? _last;

    /// <summary>Each event once. The first connection has to succeed; later ones are tried again.</summary>
    /// <param name="opened">Called when the server listens.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">The server refuses.</exception>
    /// <exception cref="NoAnswerException">Nobody was there from the beginning.</exception>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(Action opened, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            await using var line = await OpenAsync(isFirst, cancellationToken);
            if (line is not null)
            {
                if (isFirst)
                {
                    opened();
                }

                while (await NextAsync(line, cancellationToken) is { } item)
                {
                    _last = item.EventId ?? _last;
                    if (item.EventId is null || Remember(item.EventId))
                    {
                        yield return item;
                    }
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<Line?> OpenAsync(bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            return new Line(await client.ListenAsync(path, _last, cancellationToken), cancellationToken);
        }
        catch (NoAnswerException fault) when (!isFirst)
        {
            // A gateway that restarts is no reason to stop listening.
            screen.Notice(Screen.Clean(fault.Message));
            return null;
        }
        catch (ApiException fault) when (!isFirst && fault.Status is 429 or >= 500)
        {
            screen.Notice(Screen.Clean(fault.Message));
            return null;
        }
    }

    private async Task<SseItem<string>?> NextAsync(Line line, CancellationToken cancellationToken)
    {
        try
        {
            return await line.Items.MoveNextAsync() ? line.Items.Current : null;
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            screen.Notice("the stream broke off; listening again");
            return null;
        }
    }

    private bool Remember(string id)
    {
        if (!_given.Add(id))
        {
            return false;
        }

        _order.Enqueue(id);
        if (_order.Count > MostRemembered)
        {
            _given.Remove(_order.Dequeue());
        }

        return true;
    }

    private sealed class Line : IAsyncDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly QuietStream _stream;

        public Line(HttpResponseMessage response, CancellationToken cancellationToken)
        {
            _response = response;
            _stream = new QuietStream(response.Content.ReadAsStream(cancellationToken), LongestSilence);
            Items = SseParser.Create(_stream).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        }

        public IAsyncEnumerator<SseItem<string>> Items { get; }

        public async ValueTask DisposeAsync()
        {
            await Items.DisposeAsync();
            await _stream.DisposeAsync();
            _response.Dispose();
        }
    }
}
