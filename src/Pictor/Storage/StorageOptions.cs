namespace Pictor.Storage;

/// <summary>Where everything is kept, and how writes are grouped. Section <c>Pictor:Storage</c>, but for <see cref="Data"/>, which is <c>Pictor:Data</c>.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Pictor:Storage";

    /// <summary>The data folder; relative to the working folder.</summary>
    public string Data { get; set; } = "data";

    /// <summary>How many writes one commit may carry.</summary>
    public int LargestGroup { get; set; } = 256;

    /// <summary>Free bytes below which no new work is accepted.</summary>
    public long DiskReserve { get; set; } = 256L * 1024 * 1024;
}
