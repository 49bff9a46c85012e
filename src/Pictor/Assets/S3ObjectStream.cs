namespace Pictor.Assets;

/// <summary>An object of an S3 store as a seekable stream: each seek is one more request, and nothing is held whole.</summary>
internal sealed class S3ObjectStream(S3Client client, AssetName name, long length, HttpResponseMessage? first, TimeSpan stall, TimeProvider time) : Stream
{
    private HttpResponseMessage? _answer = first;
    private Stream? _body;
    private long _at;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= length || buffer.IsEmpty)
        {
            return 0;
        }

        using var patience = new CancellationTokenSource(stall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var read = await (await BodyAsync(either.Token)).ReadAsync(buffer, either.Token);
            if (read == 0)
            {
                throw new EndOfStreamException("The S3 store broke off in the middle of a picture.");
            }

            _at = _position += read;
            return read;
        }
        catch (Exception fault) when (fault is S3Exception or IOException or HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw S3AssetStore.Unavailable(fault);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override void Flush()
    {
        // Nothing is written here.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _answer?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<Stream> BodyAsync(CancellationToken cancellationToken)
    {
        if (_answer is not null && _at != _position)
        {
            _answer.Dispose();
            (_answer, _body) = (null, null);
        }

        if (_answer is null)
        {
            _answer = await client.GetAsync(name, _position, cancellationToken) ?? throw new IOException("The picture was removed while it was read.");
            _at = _position;
        }

        return _body ??= await _answer.Content.ReadAsStreamAsync(cancellationToken);
    }
}
