using System.Collections.Concurrent;
using System.Net;

namespace Pictor.EndToEnd.Replicas;

/// <summary>What stands before replicas: sends each request to one that said it is ready a moment ago, in turn. It never sends one twice.</summary>
internal sealed class ReadyFront : IAsyncDisposable
{
    private readonly ConcurrentDictionary<GatewayProcess, bool> _replicas = new();
    private readonly CancellationTokenSource _end = new();
    private readonly HttpClient _probe = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly ConcurrentBag<GatewayProcess> _owned = [];
    private readonly Task _loop;
    private int _next;
    private int _answered;

    public ReadyFront(params GatewayProcess[] replicas)
    {
        foreach (var replica in replicas)
        {
            _replicas[replica] = true;
        }

        _loop = ProbeAsync();
    }

    public int Answered => Volatile.Read(ref _answered);

    /// <summary>One more, which is ready; it ends with the front.</summary>
    public void Add(GatewayProcess replica)
    {
        _owned.Add(replica);
        _replicas[replica] = true;
    }

    public async Task<(HttpStatusCode Status, string Body)> GenerateAsync(object body)
    {
        var ready = _replicas.Where(replica => replica.Value).Select(replica => replica.Key).ToArray();
        try
        {
            using var answer = await ready[(uint)Interlocked.Increment(ref _next) % ready.Length].GenerateAsync(body);
            Interlocked.Increment(ref _answered);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException fault)
        {
            return (HttpStatusCode.BadGateway, fault.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        foreach (var replica in _owned)
        {
            await replica.DisposeAsync();
        }

        _probe.Dispose();
        _end.Dispose();
    }

    private async Task ProbeAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            foreach (var replica in _replicas.Keys)
            {
                try
                {
                    using var answer = await _probe.GetAsync(new Uri(replica.Address, "/readyz"));
                    _replicas[replica] = answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    _replicas[replica] = false;
                }
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }
}
