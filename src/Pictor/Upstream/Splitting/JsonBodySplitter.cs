using System.IO.Pipelines;
using Pictor.Errors;

namespace Pictor.Upstream.Splitting;

/// <summary>
/// Stands in front of System.Text.Json, which holds every string token whole: reads a body once, decodes big base64 into files
/// while it arrives, and leaves small JSON with placeholders. Everything else passes byte for byte.
/// </summary>
internal static class JsonBodySplitter
{
    /// <summary>Reads to the end. The reader stays the caller's; after a failure no file is left.</summary>
    /// <exception cref="GatewayException">A limit is exceeded, base64 is broken, or the disk takes no writes.</exception>
    public static async Task<SplitBody> ReadAsync(PipeReader body, BodySplitLimits options, CancellationToken ct)
    {
        using var output = new PooledBytes();
        using var spool = new Base64Spool(options.Folder);
        var placeholders = new Placeholders();
        var scanner = new JsonBodyScanner(options, output, spool, placeholders);
        var values = new List<SpooledValue>();
        try
        {
            await ReadAsync(body, options.MaxBodyBytes, scanner, spool, values, ct);
            return new SplitBody(output.ToArray(), values, placeholders);
        }
        catch (Exception exception)
        {
            foreach (var value in values)
            {
                value.Dispose();
            }

            if (exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
            {
                throw TooLarge(options.MaxBodyBytes, exception);
            }

            throw;
        }
    }

    private static async Task ReadAsync(
        PipeReader body, long limit, JsonBodyScanner scanner, Base64Spool spool, List<SpooledValue> values, CancellationToken ct)
    {
        var length = 0L;
        while (true)
        {
            var read = await body.ReadAsync(ct);
            try
            {
                if (read.IsCanceled)
                {
                    throw new OperationCanceledException("The reading of the body was cancelled.", ct);
                }

                length += read.Buffer.Length;
                if (length > limit)
                {
                    throw TooLarge(limit, null);
                }

                foreach (var segment in read.Buffer)
                {
                    for (var at = 0; at < segment.Length;)
                    {
                        at += scanner.Advance(segment.Span[at..]);
                        if (spool.WantsWriting && spool.Write() is { } value)
                        {
                            values.Add(value);
                        }
                    }
                }
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }

            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>The error for a body over the limit.</summary>
    public static GatewayException TooLarge(long limit, Exception? inner) =>
        new(new GatewayError(ErrorKind.BodyTooLarge, $"The body is larger than {limit} bytes."), inner);
}
