namespace Pictor.Upstream;

/// <summary>A file that exists whole or not at all.</summary>
internal static class NewFile
{
    /// <summary>Creates the file (it must not exist), lets <paramref name="fill"/> write it, and removes it when that fails.</summary>
    /// <returns>Its length in bytes.</returns>
    public static async Task<long> WriteAsync(string file, Func<Stream, Task> fill)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var target = new FileStream(file, options);
        try
        {
            await using (target)
            {
                await fill(target);
                await target.FlushAsync(CancellationToken.None);
                return target.Length;
            }
        }
        catch
        {
            File.Delete(file);
            throw;
        }
    }
}
