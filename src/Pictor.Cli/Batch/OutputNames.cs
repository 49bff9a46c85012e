using System.Globalization;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Batch;

/// <summary>Gives each row of a batch a file of its own.</summary>
internal sealed class OutputNames(string folder)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _rows = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="row">The row.</param>
    /// <param name="replaces">Whether a made-up name replaces a file: only where that file is this row's own.</param>
    /// <exception cref="CliException">The row's name leaves the folder, or another row has it.</exception>
    public PictureTarget TargetFor(BatchRow row, bool replaces)
    {
        if (row.Output is null)
        {
            // Numbered, so that the folder lists in the order of the rows.
            return new PictureTarget(folder, string.Create(CultureInfo.InvariantCulture, $"{row.Number:0000}-{PictureNames.Slug(row.Prompt)}"), Ending: null, replaces);
        }

        var path = PictureNames.Below(folder, row.Output);
        lock (_gate)
        {
            if (!_rows.TryAdd(path, row.Number) && _rows[path] != row.Number)
            {
                throw CliException.Usage($"the output name {row.Output} is row {_rows[path]}'s already");
            }
        }

        return PictureTarget.OfFile(path);
    }
}
