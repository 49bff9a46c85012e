using System.Net;
using System.Security.Cryptography;

namespace Pictor.Tests.Keys;

public sealed class FirstKeyTests
{
    [Fact]
    public async Task The_first_keys_may_lie_in_files_whose_paths_are_no_keys()
    {
        using var folder = new TemporaryFolder();
        var (admin, master) = (Path.Combine(folder.Path, "admin-secret"), Path.Combine(folder.Path, "master-secret"));
        await File.WriteAllTextAsync(admin, "an-admin-key-from-a-file-01\n");
        await File.WriteAllTextAsync(master, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");
        var data = Path.Combine(folder.Path, "data");
        await using var gateway = await TestGateway.StartAsync(folder: data, settings: [$"PICTOR_ADMIN_KEY=file:{admin}", $"PICTOR_MASTER_KEY=file:{master}"]);
        using var known = gateway.ClientWith("an-admin-key-from-a-file-01");
        (await known.GetAsync("/admin/keys")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var path = gateway.ClientWith($"file:{admin}");
        (await path.GetAsync("/admin/keys")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        File.Exists(Path.Combine(data, "master.key")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("PICTOR_ADMIN_KEY")]
    [InlineData("PICTOR_MASTER_KEY")]
    public async Task A_file_that_is_not_there_ends_the_start(string name)
    {
        using var folder = new TemporaryFolder();
        (await Should.ThrowAsync<InvalidOperationException>(() => TestGateway.StartAsync(folder: folder.Path, settings: $"{name}=file:{folder.Path}/no-such-file"))).Message.ShouldStartWith($"{name} names a file that cannot be read");
    }
}
