using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Pictor.Errors;
using Pictor.Upstream.Splitting;

namespace Pictor.Api;

/// <summary>
/// Reads a multipart form once: pictures go to files while they arrive, everything else becomes the small JSON that the same
/// request would be, so that forms and JSON are one from here on.
/// </summary>
internal static class FormBodySplitter
{
    private const int MostParts = 100;
    private const int LongestBoundary = 256;

    /// <summary>Reads to the end. After a failure no file is left.</summary>
    /// <exception cref="GatewayException">The form is broken, a limit is exceeded, or the disk takes no writes.</exception>
    public static async Task<SplitBody> ReadAsync(Stream body, string? contentType, BodySplitLimits options, CancellationToken ct)
    {
        var form = new FormParts(options);
        try
        {
            var reader = new MultipartReader(Boundary(contentType), body, 16 * 1024) { HeadersCountLimit = 16, HeadersLengthLimit = 8 * 1024 };
            for (var count = 1; await reader.ReadNextSectionAsync(ct) is { } section; count++)
            {
                if (count > MostParts)
                {
                    throw Broken($"The form has more than {MostParts} parts.");
                }

                await ReadAsync(section, form, ct);
            }

            return form.ToSplitBody();
        }
        catch (Exception fault)
        {
            form.Abandon();
            throw fault switch
            {
                BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                    new GatewayException(new GatewayError(ErrorKind.BodyTooLarge, $"The body is larger than {options.MaxBodyBytes} bytes."), fault),
                BadHttpRequestException or OperationCanceledException or GatewayException => Same(fault),
                InvalidDataException => new GatewayException(new GatewayError(ErrorKind.InvalidJson, "The form cannot be read: a part has too many or broken headers."), fault),
                IOException => new GatewayException(new GatewayError(ErrorKind.InvalidJson, "The form cannot be read: it ends before its closing boundary."), fault),
                _ => Same(fault),
            };
        }
    }

    private static async Task ReadAsync(MultipartSection section, FormParts form, CancellationToken ct)
    {
        if (section.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
        {
            throw Broken("The form has a form inside of a part; send every picture as a part of its own.");
        }

        var (written, file) = PartHeader.Read(section.ContentDisposition);
        if (written.Length == 0)
        {
            throw Broken("A part of the form has no name.");
        }

        if (written.Length > 200)
        {
            throw Broken("A part of the form has a name longer than 200 characters.");
        }

        var name = FormNames.Read(written);
        if (name.IsPicture)
        {
            await form.AddPictureAsync(name, section.Body, file, ct);
        }
        else
        {
            await form.AddTextAsync(name, section.Body, ct);
        }
    }

    private static string Boundary(string? contentType)
    {
        // Some clients write a boundary with signs that need quotes, and no quotes.
        var boundary = MediaTypeHeaderValue.TryParse(contentType, out var type)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).ToString()
            : contentType?.Split("boundary=", 2) is [_, var rest] ? rest.Split(';', 2)[0].Trim().Trim('"') : "";
        return boundary.Length is > 0 and <= LongestBoundary && Encoding.UTF8.GetByteCount(boundary) == boundary.Length
            ? boundary
            : throw Broken("The Content-Type of the form has no usable boundary.");
    }

    private static GatewayException Broken(string message) => new(ErrorKind.InvalidJson, message);

    private static Exception Same(Exception fault)
    {
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        return fault;
    }
}
