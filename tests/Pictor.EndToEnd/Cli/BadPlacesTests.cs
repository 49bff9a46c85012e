using System.Net;
using System.Runtime.InteropServices;

namespace Pictor.EndToEnd.Cli;

/// <summary>Disks that are full and folders that take no file: nothing half written, and nothing paid in vain.</summary>
public sealed partial class BadPlacesTests(SharedGateway shared) : IDisposable
{
    private const ulong ReadOnly = 1;
    private readonly CliUser _user = new(shared.Gateway.Address);
    private readonly List<string> _mounts = [];

    public void Dispose()
    {
        foreach (var mount in _mounts)
        {
            Unmount(mount, 0).ShouldBe(0);
        }

        _user.Dispose();
    }

    [Fact]
    public async Task A_full_disk_ends_a_batch_with_whole_pictures_only_and_resume_makes_the_rest()
    {
        // Each picture has some 10 KB, whatever its seed: a few fit.
        var disk = MountTmpfs("size=128k");
        using var client = await NewKeyAsync();
        _user.Write("jobs.csv", "prompt\n" + string.Concat(Enumerable.Range(1, 30).Select(row => $"\"a red circle \"\"{row}\"\"\"\n")));
        var full = await _user.RunAsync("batch", "jobs.csv", "-m", "sandbox", "--size", "512x512", "-c", "2", "-o", disk);
        full.ExitCode.ShouldBe(5, full.Errors);
        full.Errors.ShouldContain("The disk is full");
        var made = Directory.GetFiles(disk, "*.png");
        made.ShouldNotBeEmpty();
        made.ShouldAllBe(path => Pixels.Decode(path).Width == 512);
        Directory.GetFiles(disk, ".pictor-*").ShouldBeEmpty();
        (await JobsAsync(client)).ShouldBeLessThan(30);

        // Room again: what was paid is fetched, the rest is made.
        Mount("tmpfs", disk, "tmpfs", 32, "size=32m").ShouldBe(0);
        var rest = await _user.RunAsync("batch", "jobs.csv", "-m", "sandbox", "--size", "512x512", "-c", "2", "-o", disk, "--resume");
        rest.ExitCode.ShouldBe(0, rest.Errors);
        Directory.GetFiles(disk, "*.png").Length.ShouldBe(30);
        (await JobsAsync(client)).ShouldBe(30);
    }

    [Fact]
    public async Task A_full_disk_leaves_no_half_picture_of_one_request()
    {
        var disk = MountTmpfs("size=4k,nr_inodes=3");
        File.WriteAllBytes(Path.Combine(disk, "filler"), new byte[4096]);
        var run = await _user.RunAsync("generate", "x", "-m", "sandbox", "-o", disk);
        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Errors.ShouldContain("The disk is full");
        Directory.GetFiles(disk).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told_before_anything_is_sent()
    {
        var disk = MountTmpfs("size=1m");
        Mount("tmpfs", disk, "tmpfs", 32 | ReadOnly, "size=1m").ShouldBe(0);
        using var client = await NewKeyAsync();
        _user.Write("jobs.csv", "prompt\none\n");
        foreach (var words in (string[][])[["generate", "x", "-m", "sandbox"], ["batch", "jobs.csv", "-m", "sandbox"], ["chat", "x", "-m", "sandbox"]])
        {
            var run = await _user.RunAsync([.. words, "-o", disk]);
            run.ExitCode.ShouldBe(1, run.Errors);
            run.Errors.ShouldContain("cannot be written");
        }

        (await JobsAsync(client)).ShouldBe(0);
    }

    private string MountTmpfs(string options)
    {
        if (Environment.UserName != "root")
        {
            Assert.Skip("Mounting a small disk needs root.");
        }

        var folder = Directory.CreateDirectory(_user.PathOf("disk")).FullName;
        Mount("tmpfs", folder, "tmpfs", 0, options).ShouldBe(0, $"errno {Marshal.GetLastPInvokeError()}");
        _mounts.Add(folder);
        return folder;
    }

    // A key of its own: its list of jobs is the judge of what was sent.
    private async Task<HttpClient> NewKeyAsync()
    {
        using var made = await shared.Gateway.Client.PostAsJsonAsync("/admin/keys", new { name = "bad places" });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var key = (await made.JsonAsync()).Text("key");
        _user.Environment["PICTOR_API_KEY"] = key;
        return shared.Gateway.ClientWith(key);
    }

    private static async Task<int> JobsAsync(HttpClient client) =>
        (await (await client.GetAsync("/v1/images/generations?limit=100")).JsonAsync()).GetProperty("data").GetArrayLength();

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string options);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
