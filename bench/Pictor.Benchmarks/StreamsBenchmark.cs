using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pictor.Benchmarks;

/// <summary>Chat streams that wait for their picture: what each of them costs while nothing happens, over sockets that cost the measuring side little.</summary>
internal static class StreamsBenchmark
{
    private const int PerAddress = 5_000;

    public static async Task RunAsync(int streams)
    {
        await using var gateway = await MeasuredProcess.GatewayAsync("Pictor:Jobs:Concurrent=100000", "Pictor:Api:MaxConnections=100000");
        await OpenAsync(gateway, 200, await WarmAsync(gateway));
        await Task.Delay(TimeSpan.FromSeconds(3));
        var idle = gateway.Rss;
        var clock = Stopwatch.StartNew();
        var open = new List<Socket>();
        await OpenAsync(gateway, streams, open);
        var opened = clock.Elapsed;

        // Long enough for a few rounds of comments, and for the collector to see what is left.
        await Task.Delay(TimeSpan.FromSeconds(30));
        var waiting = gateway.Rss;
        var cpu = gateway.Cpu;
        await Task.Delay(TimeSpan.FromSeconds(10));
        var busy = (gateway.Cpu - cpu).TotalSeconds / 10;
        var alive = open.Count(socket => socket.Available > 0);
        Console.WriteLine($"\n{streams} chat streams that wait for their picture: {(waiting - idle) * 1024 / streams:0.0} KB each ({idle:0} MB before, {waiting:0} MB with them), {busy * 100:0} % of a core for their comments; {alive} have been heard of, opened in {opened.TotalSeconds:0} s");
        open.ForEach(socket => socket.Dispose());
    }

    // What is made once is not to be counted as a stream's.
    private static async Task<List<Socket>> WarmAsync(MeasuredProcess gateway)
    {
        var first = new List<Socket>();
        await OpenAsync(gateway, 800, first);
        first.ForEach(socket => socket.Dispose());
        return [];
    }

    private static async Task OpenAsync(MeasuredProcess gateway, int count, List<Socket> open)
    {
        const string Body = """{"model":"sandbox","size":"64x64","stream":true,"messages":[{"role":"user","content":"a lighthouse [sandbox: delay=600s]"}]}""";
        var request = Encoding.ASCII.GetBytes(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nAuthorization: Bearer benchmark-admin-key-01\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        var buffer = new byte[4096];
        for (var number = 0; number < count; number++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

            // One address has too few ports for all of them.
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + (number / PerAddress))]), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, gateway.Address.Port));
            await socket.SendAsync(request);
            var read = await socket.ReceiveAsync(buffer);
            if (!Encoding.ASCII.GetString(buffer, 0, read).StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"Stream {number} was answered with {Encoding.ASCII.GetString(buffer, 0, Math.Min(read, 200))}");
            }

            open.Add(socket);
        }
    }
}
