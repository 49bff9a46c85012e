namespace Pictor.Imaging;

/// <summary>Why a picture was not taken.</summary>
public enum PictureFault
{
    /// <summary>The bytes are no picture at all, or a drawing such as SVG.</summary>
    NotAPicture,

    /// <summary>A picture of a format that is not read or cannot be written here.</summary>
    Unsupported,

    /// <summary>Cut short, empty or corrupt.</summary>
    Damaged,

    /// <summary>The file is longer than <see cref="PictureLimits.MaxBytes"/>.</summary>
    TooManyBytes,

    /// <summary>More than <see cref="PictureLimits.MaxPixels"/>, or a side above <see cref="PictureLimits.MaxSide"/>.</summary>
    TooManyPixels,

    /// <summary>Decoding went over <see cref="PictureLimits.MaxDecode"/>.</summary>
    TookTooLong,

    /// <summary>Neither the picture library of the build nor the system's can be loaded.</summary>
    NativeLibraryMissing,
}

/// <summary>Says in one sentence, fit for a caller to read, why a picture was not taken. Names no path.</summary>
public sealed class PictureException(PictureFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public PictureFault Fault { get; } = fault;

    internal static PictureException CutShort() => new(PictureFault.Damaged, "The picture is cut short.");

    internal static PictureException Damaged(Exception? inner = null) => new(PictureFault.Damaged, "The picture is damaged.", inner);
}
