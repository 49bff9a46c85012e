namespace Pictor.Upstream.Splitting;

/// <summary>Base64 that was taken out of a body: its decoded bytes lie in a temporary file, deleted on disposal unless taken.</summary>
/// <param name="path">The file, closed, not synced, readable by its owner only.</param>
/// <param name="bytes">Length of the file.</param>
/// <param name="encodedBytes">How many bytes of the body it took, with prefix, escapes and line breaks.</param>
/// <param name="mediaType">What a data URI called it, such as <c>image/png</c>: the caller's word, unchecked. Null for bare base64.</param>
/// <param name="param">The request parameter it stood in, for messages; null when that is not known.</param>
internal sealed class SpooledValue(string path, long bytes, long encodedBytes, string? mediaType, string? param) : IDisposable
{
    private bool _taken;

    public string Path { get; } = path;

    public long Bytes { get; } = bytes;

    public long EncodedBytes { get; } = encodedBytes;

    public string? MediaType { get; } = mediaType;

    public string? Param { get; } = param;

    /// <summary>Hands the file over: from now on the caller moves or deletes it.</summary>
    public string Take()
    {
        _taken = true;
        return Path;
    }

    public void Dispose()
    {
        if (!_taken)
        {
            _taken = true;
            File.Delete(Path);
        }
    }
}
