using Pictor.Settings;
using Pictor.Storage;

namespace Pictor.Keys;

/// <summary>Makes sure that somebody can administrate a new installation.</summary>
internal sealed class FirstKey(KeyStore keys, DataFolder folder, IConfiguration configuration)
{
    /// <summary>The shortest <c>PICTOR_ADMIN_KEY</c> that is taken.</summary>
    public const int Shortest = 20;

    /// <summary>
    /// Takes <c>PICTOR_ADMIN_KEY</c>, or makes a key when there is no admin yet. A key that was made is returned once, so that
    /// it can be shown; when nobody would see it, it is written to <c>admin.key</c> (0600) in the data folder.
    /// </summary>
    /// <exception cref="InvalidOperationException">The given key is too short.</exception>
    public async Task<Made?> EnsureAsync(bool isShown, CancellationToken cancellationToken)
    {
        var given = SecretText.Given(configuration, "PICTOR_ADMIN_KEY");
        if (!string.IsNullOrEmpty(given))
        {
            if (given.Length < Shortest)
            {
                throw new InvalidOperationException($"PICTOR_ADMIN_KEY must have at least {Shortest} characters.");
            }

            if (!await keys.KnowsAsync(given, cancellationToken))
            {
                await keys.CreateAsync(Draft(), given, cancellationToken);
            }

            return null;
        }

        if (await keys.HasAdminAsync(cancellationToken))
        {
            return null;
        }

        var (_, secret) = await keys.CreateAsync(Draft(), secret: null, cancellationToken);
        if (isShown)
        {
            return new Made(secret, File: null);
        }

        var file = Path.Combine(folder.Root, "admin.key");
        DurableFile.WritePrivate(file, secret + "\n");
        return new Made(secret, file);
    }

    private static ApiKey Draft() => new() { Id = "", Name = "admin", Hint = "", IsAdmin = true, CreatedAt = default };

    /// <summary>A key that was just made.</summary>
    /// <param name="Secret">Its text.</param>
    /// <param name="File">Where it was written, or null when it is to be shown.</param>
    public sealed record Made(string Secret, string? File);
}
