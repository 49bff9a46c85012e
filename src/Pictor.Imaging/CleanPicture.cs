using System.Security.Cryptography;

namespace Pictor.Imaging;

/// <summary>A file that holds a picture and nothing else.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Header">PNG, JPEG or WebP, upright, one frame.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">In hexadecimal, lower case.</param>
public sealed record CleanPicture(string Path, PictureHeader Header, long Bytes, string Sha256)
{
    /// <summary>Reads the file once for its length and hash.</summary>
    public static CleanPicture Of(string path, PictureHeader header)
    {
        using var stream = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        return new CleanPicture(path, header, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
