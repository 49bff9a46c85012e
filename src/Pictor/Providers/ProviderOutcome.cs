using Pictor.Errors;
using Pictor.Images;

namespace Pictor.Providers;

/// <summary>What came of a call: done, pending or failed.</summary>
internal abstract record ProviderOutcome
{
    private ProviderOutcome()
    {
    }

    /// <summary>The vendor's own id of the call, which its support asks for: of a task, or of the request where it answers at once.</summary>
    public string? UpstreamId { get; init => field = Storable(value); }

    /// <summary>A vendor's text as every database takes it: PostgreSQL keeps no zero character, and no picture is lost for one.</summary>
    public static string? Storable(string? text) => text?.Replace('\0', '\uFFFD');

    /// <summary>What the vendor says it cost, in micro-units of USD; of a call that failed, where it is billed all the same.</summary>
    public long? UpstreamCost { get; init; }

    /// <summary>The pictures are there.</summary>
    /// <param name="Images">At least one, in order.</param>
    public sealed record Done(IReadOnlyList<ProviderImage> Images) : ProviderOutcome
    {
        /// <summary>The seed the vendor reports, where it does.</summary>
        public long? Seed { get; init; }

        /// <summary>
        /// For a call that was done before it could be pending: what <see cref="IProvider.CheckAsync"/> needs to find its result again. It is
        /// stored before the pictures are fetched.
        /// </summary>
        public string? Handle { get; init; }

        /// <summary>Token usage as the vendor reports it (gpt-image).</summary>
        public ImageUsage? Usage { get; init; }

        public IReadOnlyList<Warning> Warnings { get; init; } = [];
    }

    /// <summary>Accepted and not ready. The handle is stored before anything else happens.</summary>
    /// <param name="Handle">All that <see cref="IProvider.CheckAsync"/> needs, at most 4,000 characters.</param>
    /// <param name="After">How long to wait before looking.</param>
    public sealed record Pending(string Handle, TimeSpan After) : ProviderOutcome;

    /// <summary>It did not work; the kind decides what happens next.</summary>
    public sealed record Failed(GatewayError Error) : ProviderOutcome;
}

/// <summary>One picture that came back: a local file or a link that has to be fetched at once.</summary>
/// <param name="File">A file in the call's work folder, or null.</param>
/// <param name="Link">The vendor's link, or null.</param>
internal sealed record ProviderImage(string? File, Uri? Link)
{
    public string? RevisedPrompt { get; init => field = ProviderOutcome.Storable(value); }

    public long? Seed { get; init; }

    /// <summary>The quality it was drawn in, where the vendor says so.</summary>
    public string? Quality { get; init; }

    public static ProviderImage FromFile(string path) => new(path, null);

    public static ProviderImage FromLink(Uri link) => new(null, link);
}
