namespace Pictor.Webhooks;

/// <summary>Where to tell of a job's end, and the sealed secret that signs it; null leaves it unsigned.</summary>
internal sealed record Webhook(string Url, string? SealedSecret)
{
    /// <summary>What the secret of a job's own webhook is sealed for.</summary>
    public static string JobOwner(string jobId) => "webhook:" + jobId;
}
