namespace Pictor.Providers;

/// <summary>Where a channel's calls go, and which addresses of answers are the channel's own.</summary>
internal static class ChannelAddress
{
    /// <summary>The channel's base address, or the vendor's public one when the settings name none.</summary>
    public static Uri Base(this ChannelSettings channel, Uri vendor) => channel.BaseUrl ?? vendor;

    /// <summary>A path behind a base address, whose own path is kept as a prefix.</summary>
    public static Uri Join(Uri root, string path) => new(root.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" + path);

    /// <summary>One word of a path; null when it would leave its place in the path.</summary>
    public static string? Segment(string text) => text is "" or "." or ".." || text.Length > 500 ? null : Uri.EscapeDataString(text);

    /// <summary>Every segment of an upstream model name that holds slashes.</summary>
    public static string Segments(string name) =>
        string.Join('/', name.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Segment).Where(segment => segment is not null));

    /// <summary>True for the same scheme, host and port: only there the credential may go.</summary>
    public static bool IsOwn(Uri root, Uri address) =>
        address.UserInfo.Length == 0
        && root.Scheme == address.Scheme
        && root.Port == address.Port
        && string.Equals(root.IdnHost, address.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>An http(s) address out of an answer, or null.</summary>
    public static Uri? Read(string? text) =>
        text is { Length: > 0 and <= 8192 } && Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri.UserInfo.Length == 0
            ? uri
            : null;
}
