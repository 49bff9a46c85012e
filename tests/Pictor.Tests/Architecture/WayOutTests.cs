using Mono.Cecil;

namespace Pictor.Tests.Architecture;

/// <summary>Nothing but Upstream/ can open a connection or resolve a name: a guard is bypassed by the code that does not know it.</summary>
[Collection(nameof(Assemblies))]
public sealed class WayOutTests
{
    private static readonly string[] Doors =
    [
        "System.Net.Http.HttpClient", "System.Net.Http.HttpMessageInvoker", "System.Net.Http.SocketsHttpHandler", "System.Net.Http.HttpClientHandler",
        "System.Net.Http.IHttpClientFactory", "System.Net.HttpWebRequest", "System.Net.WebRequest", "System.Net.WebClient", "System.Net.Dns",
        "System.Net.Sockets.Socket", "System.Net.Sockets.TcpClient", "System.Net.Sockets.UdpClient", "System.Net.Sockets.NetworkStream",
        "System.Net.WebSockets.ClientWebSocket", "System.Net.Quic.QuicConnection", "System.Net.Mail.SmtpClient",
    ];

    [Fact]
    public void Only_upstream_opens_connections_and_resolves_names() =>
        Found(Assemblies.Gateway.Where(type => Assemblies.NamespaceOf(type) != "Pictor.Upstream").Concat(Assemblies.Imaging)).ShouldBeEmpty();

    [Fact]
    public void The_look_out_sees_the_doors_of_upstream()
    {
        var seen = Found(Assemblies.Gateway.Where(type => Assemblies.NamespaceOf(type) == "Pictor.Upstream")).ToList();
        seen.ShouldContain(line => line.EndsWith("System.Net.Http.SocketsHttpHandler", StringComparison.Ordinal));
        seen.ShouldContain(line => line.EndsWith("System.Net.Dns", StringComparison.Ordinal));
        seen.ShouldContain(line => line.EndsWith("System.Net.Sockets.Socket", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Found(IEnumerable<TypeDefinition> types) =>
        from type in types
        from used in Uses.Of(type)
        where Doors.Contains(used.FullName, StringComparer.Ordinal)
        select $"{type.FullName} uses {used.FullName}";
}
