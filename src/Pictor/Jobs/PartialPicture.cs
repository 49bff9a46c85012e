using Pictor.Images;

namespace Pictor.Jobs;

/// <summary>An unfinished picture, ready to be shown.</summary>
/// <param name="Index">Which unfinished state, from 0.</param>
/// <param name="Size">In pixels, measured.</param>
/// <param name="Format">Of the bytes.</param>
/// <param name="Bytes">The picture; its file may be gone already.</param>
internal sealed record PartialPicture(int Index, PixelSize Size, OutputFormat Format, FileStream Bytes) : IDisposable
{
    public void Dispose() => Bytes.Dispose();
}
