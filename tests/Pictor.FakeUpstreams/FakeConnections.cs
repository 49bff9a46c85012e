using Microsoft.AspNetCore.Connections;

namespace Pictor.FakeUpstreams;

/// <summary>The faults that come before there is a request: a reset as soon as the connection is there, a TLS alert.</summary>
internal static class FakeConnections
{
    private const byte TlsHandshake = 0x16;

    // Alert, TLS 1.2, 2 bytes, fatal, handshake failure.
    private static readonly byte[] Alert = [0x15, 3, 3, 0, 2, 2, 40];

    public static async Task HandleAsync(ConnectionContext connection, ConnectionDelegate next, FakeUpstream fake)
    {
        var fault = fake.TurnsAway() ? "reset" : fake.Faults.Take(dialect: null, Stages.Connection)["fault"];
        if (fault == "reset")
        {
            connection.Abort(new ConnectionAbortedException("The fake was told to reset this connection."));
            return;
        }

        // A caller that tries TLS on this plain address is always answered with an alert, as a server with another taste would.
        if (fault == "tls-alert" || await BeginsTlsAsync(connection))
        {
            await connection.Transport.Output.WriteAsync(Alert);
            return;
        }

        await next(connection);
    }

    private static async Task<bool> BeginsTlsAsync(ConnectionContext connection)
    {
        var read = await connection.Transport.Input.ReadAsync(connection.ConnectionClosed);
        var isTls = !read.Buffer.IsEmpty && read.Buffer.FirstSpan[0] == TlsHandshake;
        connection.Transport.Input.AdvanceTo(isTls ? read.Buffer.End : read.Buffer.Start);
        return isTls;
    }
}
