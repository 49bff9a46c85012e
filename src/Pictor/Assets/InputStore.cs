using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Storage;

namespace Pictor.Assets;

/// <summary>
/// Reference images and masks of jobs that have not ended: one folder a job, so that a restart can go on from them. Each was
/// checked by its bytes, cleaned and measured before it got here.
/// </summary>
internal sealed class InputStore(DataFolder folder)
{
    public string FolderOf(string jobId) => Path.Combine(folder.Inputs, jobId);

    public string PathOf(string jobId, string inputId) => Path.Combine(FolderOf(jobId), inputId);

    /// <summary>True when a job has pictures that no other replica sees.</summary>
    public bool IsOnlyHere(string jobId) => folder.IsHidden && Directory.Exists(FolderOf(jobId));

    public bool Has(string jobId, string inputId) => File.Exists(PathOf(jobId, inputId));

    /// <summary>Checks a file of unknown bytes and keeps it as an input of the job.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="name">Its name among the job's inputs, without an ending.</param>
    /// <param name="file">Whatever was sent.</param>
    /// <param name="picture">Where it came from; the result is this with its id and size.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="GatewayException"><see cref="ErrorKind.BadReferenceImage"/> that names the parameter.</exception>
    public ReferenceImage Add(string jobId, string name, string file, ReferenceImage picture, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(FolderOf(jobId));
        var temporary = PathOf(jobId, name + ".part");
        try
        {
            var header = PictureCleaner.Clean(file, temporary, PictureLimits.Default, cancellationToken);
            var inputId = $"{name}.{header.Format.ToOutput().Extension()}";
            DurableFile.Commit(temporary, PathOf(jobId, inputId));
            return picture with { InputId = inputId, Size = new PixelSize(header.Width, header.Height) };
        }
        catch (PictureException fault)
        {
            File.Delete(temporary);
            throw new GatewayException(new GatewayError(ErrorKind.BadReferenceImage, $"{picture.Param} {PictureFaults.Say(fault)}", picture.Param), fault);
        }
    }

    /// <summary>Takes away everything that came in with a job.</summary>
    public void Remove(string jobId)
    {
        var path = FolderOf(jobId);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>Takes away what belongs to none of these jobs and was not touched since.</summary>
    public void KeepOnly(IReadOnlySet<string> jobIds, DateTime before)
    {
        foreach (var path in Directory.EnumerateDirectories(folder.Inputs).Where(path => !jobIds.Contains(Path.GetFileName(path)) && Directory.GetLastWriteTimeUtc(path) < before))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
