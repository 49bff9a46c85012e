using Microsoft.Extensions.Options;
using Pictor.Settings;

namespace Pictor.Assets;

/// <summary>An S3 store for finished pictures, for several machines or more pictures than a disk holds. Off while it has no endpoint. Section <c>Pictor:Assets:S3</c>.</summary>
internal sealed class S3Options
{
    public const string Section = "Pictor:Assets:S3";

    /// <summary>Where the store is, like <c>https://s3.eu-central-1.amazonaws.com</c>.</summary>
    public string? Endpoint { get; set; }

    /// <summary>The region that requests are signed for.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The bucket; it has to be there.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>Stands before every name, like <c>pictures/</c>.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>The access key; <c>file:PATH</c> reads it from a file.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>The secret key; <c>file:PATH</c> reads it from a file.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary><c>true</c> puts the bucket into the path, as most stores of one's own want it; <c>false</c> into the host name.</summary>
    public bool PathStyle { get; set; } = true;

    /// <summary>Sends readers on to the store by signed links of its own, so that pictures do not pass through the gateway. The store has to be reachable by them.</summary>
    public bool Presigned { get; set; }

    /// <summary>Time for one request to the store; a picture that is not stored by then stays here and is moved later.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often pictures that stayed here are moved; a store that failed is left alone for as long.</summary>
    public TimeSpan MoveEvery { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Finds mistakes in <see cref="S3Options"/> at start.</summary>
internal sealed class S3OptionsValidator : IValidateOptions<S3Options>
{
    public ValidateOptionsResult Validate(string? name, S3Options options)
    {
        if (string.IsNullOrEmpty(options.Endpoint))
        {
            return ValidateOptionsResult.Success;
        }

        var mistakes = new List<string>();
        Check(Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https", nameof(options.Endpoint), "must be an http or https address");
        Check(options.Region.Length > 0, nameof(options.Region), "is missing");
        Check(options.Bucket.Length > 0 && options.Bucket.All(IsPlain), nameof(options.Bucket), "must be the name of a bucket");
        Check(options.Prefix.All(character => IsPlain(character) || character == '/') && !options.Prefix.StartsWith('/'), nameof(options.Prefix), "may have letters, digits, dots, dashes, underscores and inner slashes");
        Check(IsReadable(options.AccessKey), nameof(options.AccessKey), "is missing, or its file cannot be read");
        Check(IsReadable(options.SecretKey), nameof(options.SecretKey), "is missing, or its file cannot be read");
        Check(options.Timeout > TimeSpan.Zero && options.Timeout <= TimeSpan.FromDays(1), nameof(options.Timeout), "must be more than 0 and at most 1 day");
        Check(options.MoveEvery > TimeSpan.Zero && options.MoveEvery <= TimeSpan.FromDays(1), nameof(options.MoveEvery), "must be more than 0 and at most 1 day");
        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);

        void Check(bool holds, string setting, string mistake)
        {
            if (!holds)
            {
                mistakes.Add($"{S3Options.Section}:{setting} {mistake}.");
            }
        }
    }

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_';

    private static bool IsReadable(string secret)
    {
        try
        {
            return SecretText.Read(secret).Length > 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
