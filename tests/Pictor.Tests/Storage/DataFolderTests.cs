using System.Net;
using Pictor.Verbs;

namespace Pictor.Tests.Storage;

public sealed class DataFolderTests
{
    private const string InMemory = "/dev/shm";
    private const long Apart = 256L * 1024 * 1024;

    [Fact]
    public async Task A_shared_folder_below_the_reserve_is_a_full_disk_however_much_room_the_data_folder_has()
    {
        Assert.SkipUnless(Directory.Exists(InMemory) && Math.Abs(Free(InMemory) - Free(Path.GetTempPath())) > Apart, "there are no two file systems here");
        var places = new[] { InMemory, Path.GetTempPath() }.OrderBy(Free).Select(place => Directory.CreateDirectory(Path.Combine(place, "pictor-room-" + Guid.NewGuid().ToString("N"))).FullName).ToArray();
        var (small, large) = (places[0], places[1]);
        string[] settings = [$"Pictor:Storage:DiskReserve={(Free(small) / 2) + (Free(large) / 2)}", $"Pictor:Storage:SharedFolder={small}"];
        try
        {
            await using (var gateway = await TestGateway.StartAsync(folder: large, settings: settings))
            {
                using var refused = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64" });
                refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                using var ready = await gateway.Client.GetAsync("/readyz");
                (await ready.JsonAsync()).Text("reason").ShouldBe("disk_full");
            }

            var told = new StringWriter();
            await DoctorVerb.RunAsync(["--data", large, .. settings.Select(setting => "--" + setting)], told, CancellationToken.None);
            told.ToString().ShouldContain("broken disk ");
        }
        finally
        {
            Directory.Delete(small, recursive: true);
            Directory.Delete(large, recursive: true);
        }
    }

    [Fact]
    public async Task A_folder_that_cannot_be_opened_is_not_said_to_be_in_use()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(Path.Combine(folder.Path, "lock"), Path.Combine(folder.Path, "not-there", "lock"));
        (await Should.ThrowAsync<IOException>(() => TestGateway.StartAsync(folder: folder.Path))).Message.ShouldNotContain("in use");
    }

    [Fact]
    public async Task A_folder_that_it_makes_is_nobody_elses()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("there are no modes there");
            return;
        }

        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        await using var gateway = await TestGateway.StartAsync(folder: data);
        File.GetUnixFileMode(data).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static long Free(string folder) => new DriveInfo(folder).AvailableFreeSpace;
}
