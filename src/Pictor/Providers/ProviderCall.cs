using Pictor.Images;

namespace Pictor.Providers;

/// <summary>Everything one call to a vendor needs.</summary>
internal sealed record ProviderCall
{
    public required string JobId { get; init; }

    /// <summary>1 for the first attempt of the job.</summary>
    public required int Attempt { get; init; }

    public required ChannelSettings Channel { get; init; }

    /// <summary>The vendor's name of the model.</summary>
    public required string UpstreamModel { get; init; }

    /// <summary>The whole request; <see cref="Count"/> and <see cref="Seed"/> say which part of it this call is.</summary>
    public required ImageRequest Request { get; init; }

    /// <summary>How many pictures this call is to make, at most the model's <see cref="ProviderModel.MaxPerCall"/>.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The seed of this call's first picture; the next one's is one more.</summary>
    public uint Seed { get; init; }

    /// <summary>The reference images as checked local files, in order.</summary>
    public IReadOnlyList<ReferencePicture> References { get; init; } = [];

    /// <summary>How many reference images the call has or will have: before it is sent, those behind links are not here yet.</summary>
    public int ReferenceCount => Math.Max(References.Count, Request.References.Count);

    public ReferencePicture? Mask { get; init; }

    /// <summary>A folder of this attempt for files it makes; emptied by the caller when the attempt is over.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>Told 0 to 100 where the vendor tells; never awaited.</summary>
    public required Action<int> Progress { get; init; }

    /// <summary>How many unfinished pictures the caller wants to see on the way, 0 to 3.</summary>
    public int PartialImages { get; init; }

    /// <summary>Told each unfinished picture as it comes, where the vendor sends them.</summary>
    public Action<PartialImage>? Partial { get; init; }
}

/// <summary>An unfinished picture on the way to a finished one.</summary>
/// <param name="Position">Which picture of the call, from 0.</param>
/// <param name="Index">Which unfinished state of it, from 0.</param>
/// <param name="File">Its bytes in the call's work folder.</param>
internal sealed record PartialImage(int Position, int Index, string File);

/// <summary>The part of a channel that a provider may see.</summary>
/// <param name="Id">The channel's id in settings.</param>
/// <param name="BaseUrl">Where the vendor is, or null for a provider that goes nowhere.</param>
/// <param name="Credential">What the vendor wants to see; its text is never written anywhere.</param>
/// <param name="Options">The provider's own settings, by name, ignoring case.</param>
internal sealed record ChannelSettings(string Id, Uri? BaseUrl, Credential? Credential, IReadOnlyDictionary<string, string> Options);

/// <summary>A secret that does not show itself by accident.</summary>
internal sealed record Credential(string Value)
{
    public override string ToString() => "***";
}

/// <summary>A reference image as a file that was checked, cleaned and measured.</summary>
/// <param name="Path">Where its bytes are.</param>
/// <param name="MediaType"><c>image/png</c>, <c>image/jpeg</c> or <c>image/webp</c>.</param>
/// <param name="Size">In pixels, measured.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Link">The caller's own link, where it came as one, for vendors that fetch by themselves.</param>
internal sealed record ReferencePicture(string Path, string MediaType, PixelSize Size, long Bytes, string? Link);
