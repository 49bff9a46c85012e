using System.Globalization;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Batch;

/// <summary>Gives each row of a batch files of its own.</summary>
internal sealed class OutputNames(string folder)
{
    // By the name without its ending: a row that leaves the ending to the picture may get any.
    private readonly Dictionary<string, List<(string? Ending, int Row)>> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Takes the names of a row's pictures, or says why it cannot have them. Asked in the order of the list: who comes first has the
    /// name, whatever is finished first.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="kept">The files it has from an earlier run, which nobody else may write over.</param>
    public string? Take(BatchRow row, IEnumerable<string> kept)
    {
        try
        {
            var mine = kept.Select(PictureTarget.OfFile).ToList();
            if (mine.Count == 0 && row.Output is not null)
            {
                var first = PictureTarget.OfFile(PictureNames.Below(folder, row.Output));
                mine.AddRange(Enumerable.Range(0, Math.Max(1, row.Count)).Select(first.Numbered));
            }

            return mine.Select(target => Take(target, row.Number)).FirstOrDefault(fault => fault is not null);
        }
        catch (CliException fault)
        {
            return fault.Message;
        }
    }

    /// <param name="row">The row, whose names are taken.</param>
    /// <param name="replaces">Whether a made-up name replaces a file: only where that file is this row's own.</param>
    public PictureTarget TargetFor(BatchRow row, bool replaces) => row.Output is null

        // Numbered, so that the folder lists in the order of the rows.
        ? new PictureTarget(folder, string.Create(CultureInfo.InvariantCulture, $"{row.Number:0000}-{PictureNames.Slug(row.Prompt)}"), Ending: null, replaces)
        : PictureTarget.OfFile(PictureNames.Below(folder, row.Output));

    private string? Take(PictureTarget target, int row)
    {
        var stem = Path.Combine(target.Folder, target.Stem);
        if (!_taken.TryGetValue(stem, out var before))
        {
            _taken[stem] = before = new(1);
        }

        foreach (var (ending, other) in before)
        {
            if (other != row && (ending is null || target.Ending is null || string.Equals(ending, target.Ending, StringComparison.OrdinalIgnoreCase)))
            {
                return $"the output name {Path.GetRelativePath(folder, stem)}{target.Ending} is row {other}'s already";
            }
        }

        before.Add((target.Ending, row));
        return null;
    }
}
