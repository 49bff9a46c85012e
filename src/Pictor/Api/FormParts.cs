using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Upstream.Splitting;

namespace Pictor.Api;

/// <summary>The parts of a form so far: texts in memory, pictures in files with a placeholder each.</summary>
internal sealed class FormParts(BodySplitLimits options)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Placeholders _placeholders = new();
    private readonly List<SpooledValue> _files = [];
    private readonly List<(FormNames.Name Name, List<string> Values)> _fields = [];
    private long _bytes;
    private long _textBytes;

    /// <summary>Adds a part that is a text.</summary>
    public async Task AddTextAsync(FormNames.Name name, Stream part, CancellationToken ct)
    {
        var text = await ReadTextAsync(name, part, options.MaxTextBytes, ct);
        if (_fields.Exists(field => field.Name == name))
        {
            throw new GatewayException(ErrorKind.InvalidRequest, $"{name.Field} was given more than once", name.Field);
        }

        _fields.Add((name, [text]));
    }

    /// <summary>Adds a part that is a picture: bytes, or a text with a link, a data URI or base64.</summary>
    /// <param name="name">What the part is about.</param>
    /// <param name="part">Its content.</param>
    /// <param name="fileName">As the part has it; null when it is no file.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task AddPictureAsync(FormNames.Name name, Stream part, string? fileName, CancellationToken ct)
    {
        var file = await SaveAsync(name, part, ct);
        if (file.Bytes == 0)
        {
            // Browsers send an empty part without a file name for an input that nobody filled.
            file.Dispose();
            if (fileName is { Length: > 0 })
            {
                throw new GatewayException(ErrorKind.BadReferenceImage, $"{name.Field} is an empty file", name.Field);
            }

            if (fileName is null)
            {
                Values(name).Add("");
            }

            return;
        }

        if (!await IsTextOrGoneAsync(file, isFile: fileName is not null, ct))
        {
            Keep(name, file);
            return;
        }

        using (file)
        {
            await using var stored = File.OpenRead(file.Path);
            if (PromptImages.IsLink(await HeadAsync(stored, ct)))
            {
                _bytes -= file.Bytes;
                stored.Position = 0;
                Values(name).Add((await ReadTextAsync(name, stored, options.MaxTextBytes, ct)).Trim());
            }
            else
            {
                stored.Position = 0;
                Keep(name, await FormBase64.DecodeAsync(stored, options, name.Field, ct));
            }
        }
    }

    // Nobody holds the file yet: what stops the look at it takes it away.
    private async Task<bool> IsTextOrGoneAsync(SpooledValue file, bool isFile, CancellationToken ct)
    {
        try
        {
            return await IsTextAsync(file, isFile, ct);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The JSON that the form stands for, with the files.</summary>
    public SplitBody ToSplitBody()
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            Write(writer, inExtraBody: false);
            if (_fields.Exists(field => field.Name.InExtraBody))
            {
                writer.WriteStartObject("extra_body");
                Write(writer, inExtraBody: true);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return new SplitBody(json.ToArray(), _files, _placeholders);
    }

    public void Abandon() => _files.ForEach(file => file.Dispose());

    private void Write(Utf8JsonWriter writer, bool inExtraBody)
    {
        foreach (var (name, values) in _fields.Where(field => field.Name.InExtraBody == inExtraBody && field.Values.Exists(value => value.Length > 0 || !field.Name.IsPicture)))
        {
            writer.WritePropertyName(name.Field);
            if (values.Count == 1)
            {
                writer.WriteStringValue(values[0]);
                continue;
            }

            writer.WriteStartArray();
            values.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
        }
    }

    private void Keep(FormNames.Name name, SpooledValue file)
    {
        Values(name).Add(Encoding.ASCII.GetString(_placeholders.Make(_files.Count)));
        _files.Add(file);
    }

    private List<string> Values(FormNames.Name name)
    {
        if (_fields.Find(field => field.Name == name).Values is { } values)
        {
            return values;
        }

        _fields.Add((name, []));
        return _fields[^1].Values;
    }

    private async Task<string> ReadTextAsync(FormNames.Name name, Stream part, int limit, CancellationToken ct)
    {
        using var text = new MemoryStream();
        await CopyAsync(part, text, limit, () => StringText.TooLong(limit, name.Field), ct);
        _textBytes += text.Length;
        if (_textBytes > options.MaxJsonBytes)
        {
            throw new GatewayException(ErrorKind.BodyTooLarge, $"The texts of the form are larger than {options.MaxJsonBytes} bytes.");
        }

        try
        {
            return Utf8.GetString(text.GetBuffer(), 0, (int)text.Length);
        }
        catch (DecoderFallbackException fault)
        {
            throw new GatewayException(new GatewayError(ErrorKind.InvalidJson, $"{name.Field} is not valid UTF-8 text.", name.Field), fault);
        }
    }

    private async Task<SpooledValue> SaveAsync(FormNames.Name name, Stream part, CancellationToken ct)
    {
        Directory.CreateDirectory(options.Folder);
        var path = Path.Combine(options.Folder, $"form-{RandomNumberGenerator.GetHexString(32, lowercase: true)}.part");
        try
        {
            await using var file = Create(path);

            // As text, a picture takes a third more.
            var limit = options.MaxPictureBytes / 3 * 4;
            var bytes = await CopyAsync(part, file, limit, () => TooLarge(name), ct);
            return new SpooledValue(path, bytes, bytes, mediaType: null, name.Field);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private async Task<bool> IsTextAsync(SpooledValue file, bool isFile, CancellationToken ct)
    {
        await using var stored = File.OpenRead(file.Path);
        var text = await HeadAsync(stored, ct);
        if (PromptImages.IsLink(text) || text.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (!isFile && !text.StartsWith("GIF8", StringComparison.Ordinal) && !text.StartsWith("RIFF", StringComparison.Ordinal) && text.All(character => character is > ' ' and < '\x7f' or '\r' or '\n'))
        {
            return true;
        }

        return file.Bytes <= options.MaxPictureBytes ? false : throw TooLarge(new FormNames.Name(file.Param!, false, true));
    }

    private static async Task<string> HeadAsync(FileStream stored, CancellationToken ct)
    {
        var head = new byte[16];
        var length = await stored.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        return Encoding.Latin1.GetString(head, 0, length).TrimStart();
    }

    private async Task<long> CopyAsync(Stream from, Stream to, long limit, Func<GatewayException> tooLong, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var length = 0L;
            int read;
            while ((read = await from.ReadAsync(buffer, ct)) > 0)
            {
                length += read;
                _bytes += read;
                if (length > limit)
                {
                    throw tooLong();
                }

                if (_bytes > options.MaxBodyBytes)
                {
                    throw new GatewayException(ErrorKind.BodyTooLarge, $"The body is larger than {options.MaxBodyBytes} bytes.");
                }

                await WriteAsync(to, buffer.AsMemory(0, read), ct);
            }

            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task WriteAsync(Stream to, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            await to.WriteAsync(bytes, ct);
        }
        catch (IOException fault)
        {
            throw new GatewayException(new GatewayError(ErrorKind.StorageUnavailable, "The pictures of the body cannot be stored at the moment."), fault);
        }
    }

    private static FileStream Create(string path)
    {
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan };
        if (!OperatingSystem.IsWindows())
        {
            creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, creation);
    }

    private GatewayException TooLarge(FormNames.Name name) =>
        new(ErrorKind.BodyTooLarge, $"{name.Field} is larger than {options.MaxPictureBytes} bytes", name.Field);
}
