namespace Pictor.Errors;

/// <summary>Ends a request: carries a <see cref="GatewayError"/> to the one place that writes errors.</summary>
internal sealed class GatewayException(GatewayError error, Exception? inner = null) : Exception(error.Message, inner)
{
    public GatewayException(ErrorKind kind, string message, string? param = null)
        : this(new GatewayError(kind, message, param))
    {
    }

    public GatewayError Error { get; } = error;
}
