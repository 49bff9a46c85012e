using System.Net;
using System.Net.Sockets;

namespace Pictor.EndToEnd.Peers;

/// <summary>Ports of loopback that nobody listens on.</summary>
internal static class Loopback
{
    /// <summary>So many different ones, free a moment ago.</summary>
    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(listener => listener.Start());
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }
}
