using Pictor.Cli.Pictures;

namespace Pictor.Cli.Batch;

/// <summary>Tells rows apart by what their reference pictures are: links by their text, files by their bytes.</summary>
internal sealed class ReferencePrints(Surroundings surroundings)
{
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>The fingerprint of a row, or null with the reason why its pictures cannot be read.</summary>
    public string? TryPrint(BatchRow row, out string? fault)
    {
        fault = null;
        try
        {
            return row.Fingerprint(Print);
        }
        catch (CliException problem)
        {
            fault = problem.Message;
            return null;
        }
    }

    private string Print(string reference)
    {
        if (Reference.LooksLikeLink(reference))
        {
            return reference;
        }

        if (!_known.TryGetValue(reference, out var print))
        {
            var path = surroundings.PathOf(reference);
            try
            {
                print = PictureSaver.HashOf(path);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw CliException.Usage($"the picture {reference} cannot be read: {problem.Message}");
            }

            _known[reference] = print;
        }

        return print;
    }
}
