namespace Pictor.Settings;

/// <summary>A secret as settings write it: its text, or <c>file:PATH</c> of it.</summary>
internal static class SecretText
{
    private const string Prefix = "file:";

    /// <summary>True for <c>file:PATH</c>, which is no secret itself.</summary>
    public static bool IsPath(string value) => value.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The secret itself.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string Read(string value) => IsPath(value) ? File.ReadAllText(value[Prefix.Length..]).Trim() : value;

    /// <summary>That of a variable of the environment; null where it is not given.</summary>
    /// <exception cref="InvalidOperationException">The file cannot be read, or is empty: its path must not become the secret, nor must there be none.</exception>
    public static string? Given(IConfiguration configuration, string name)
    {
        if (configuration[name] is not { Length: > 0 } given)
        {
            return null;
        }

        try
        {
            return Read(given) is { Length: > 0 } text ? text : throw new InvalidOperationException($"{name} names an empty file.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"{name} names a file that cannot be read: {fault.Message}", fault);
        }
    }
}
