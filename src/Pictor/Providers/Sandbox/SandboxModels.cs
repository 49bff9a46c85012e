namespace Pictor.Providers.Sandbox;

/// <summary>The sandbox answers for every model of the catalogue; only these names mean something to it.</summary>
internal static class SandboxModels
{
    /// <summary>A model that takes its time, for people who test their own patience.</summary>
    public const string Slow = "sandbox-slow";

    public static readonly TimeSpan SlowDelay = TimeSpan.FromSeconds(8);

    /// <summary>How long <c>[sandbox: progress]</c> takes without a delay of its own.</summary>
    public static readonly TimeSpan ProgressDelay = TimeSpan.FromSeconds(5);
}
