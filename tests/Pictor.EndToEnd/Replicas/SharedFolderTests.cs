using System.Net;
using System.Text.RegularExpressions;
using Pictor.Tests;

namespace Pictor.EndToEnd.Replicas;

/// <summary>A folder in common on a disk that is not the data folder's, as it always is in life.</summary>
public sealed partial class SharedFolderTests
{
    private const string OtherDisk = "/dev/shm";

    [Fact]
    public async Task A_picture_is_synced_there_before_it_has_its_name_and_its_row()
    {
        Assert.SkipUnless(Directory.Exists(OtherDisk), "needs a second file system");
        using var folder = new TemporaryFolder();
        var shared = Path.Combine(OtherDisk, "pictor-e2e-" + Guid.NewGuid().ToString("N"));
        var trace = folder.PathOf("trace");
        var server = await PostgreSqlServer.SharedAsync();
        var name = "f_" + Guid.NewGuid().ToString("N")[..12];

        var probe = await Shell.RunAsync(folder.Root, environment: null, "strace", "-f", "-o", folder.PathOf("probe"), "-e", "trace=none", "true");
        Assert.SkipUnless(probe.ExitCode == 0, "strace may not trace here");

        // What it traces stays the process that the test started.
        string[] strace = ["strace", "-D", "-f", "-y", "-s", "4096", "-e", "trace=rename,fsync,copy_file_range,sendfile,ftruncate", "-o", trace];
        try
        {
            await using (var gateway = await GatewayProcess.StartUnderAsync(strace, folder.PathOf("data"), ("Pictor__Storage__PostgreSql", await server.DatabaseAsync(name)), ("Pictor__Storage__SharedFolder", shared)))
            {
                using var answer = await gateway.GenerateAsync(new { model = "sandbox", prompt = "x", size = "64x64", response_format = "url" });
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
                gateway.AskToStop();
                await gateway.ExitCodeAsync(TimeSpan.FromMinutes(1));
            }

            var whole = await Poll.UntilAsync(async () => await File.ReadAllTextAsync(trace) is var text && text.TrimEnd().EndsWith("+++ exited with 0 +++", StringComparison.Ordinal) ? text : null, TimeSpan.FromMinutes(1));

            // Into the folder in common, synced, renamed, the folder synced; nothing is ever written under the final name.
            var steps = whole.Split('\n').Where(line => line.Contains("/img_", StringComparison.Ordinal) && line.Contains(shared, StringComparison.Ordinal)).ToList();
            var synced = steps.FindIndex(line => Synced().IsMatch(line));
            var named = steps.FindIndex(line => Named().IsMatch(line));
            synced.ShouldBeInRange(0, named - 1, string.Join('\n', steps));
            steps.ShouldNotContain(line => Written().IsMatch(line));
        }
        finally
        {
            Directory.Delete(shared, recursive: true);
        }
    }

    [GeneratedRegex(@"fsync\(\d+<[^>]*/img_[a-z0-9]+\.\w+\.part>")]
    private static partial Regex Synced();

    [GeneratedRegex(@"rename\(""[^""]*/img_[a-z0-9]+\.\w+\.part"", ""[^""]*/img_[a-z0-9]+\.\w+""\) = 0")]
    private static partial Regex Named();

    [GeneratedRegex(@"(ftruncate|copy_file_range|sendfile)\(\d+<[^>]*/img_[a-z0-9]+\.\w{3,4}>")]
    private static partial Regex Written();
}
