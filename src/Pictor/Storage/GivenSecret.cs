namespace Pictor.Storage;

/// <summary>A secret of the environment: its text, or <c>file:PATH</c> of it.</summary>
internal static class GivenSecret
{
    private const string File = "file:";

    /// <summary>Null where it is not given.</summary>
    /// <exception cref="InvalidOperationException">The file cannot be read, or is empty: its path must not become the secret, nor must there be none.</exception>
    public static string? Read(IConfiguration configuration, string name)
    {
        if (configuration[name] is not { Length: > 0 } given)
        {
            return null;
        }

        if (!given.StartsWith(File, StringComparison.Ordinal))
        {
            return given;
        }

        try
        {
            return System.IO.File.ReadAllText(given[File.Length..]).Trim() is { Length: > 0 } text ? text : throw new InvalidOperationException($"{name} names an empty file.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"{name} names a file that cannot be read: {fault.Message}", fault);
        }
    }
}
