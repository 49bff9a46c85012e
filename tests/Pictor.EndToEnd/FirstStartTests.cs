using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Pictor.Imaging;

namespace Pictor.EndToEnd;

/// <summary>What a newcomer sees: an empty data folder, no key anywhere, one line to paste.</summary>
public sealed class FirstStartTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task On_a_terminal_the_line_that_is_printed_works_when_pasted()
    {
        var lines = new ConcurrentQueue<string>();
        using var terminal = StartOnATerminal(lines);
        try
        {
            var line = await Poll.UntilAsync(() => Task.FromResult(lines.FirstOrDefault(line => line.StartsWith("curl ", StringComparison.Ordinal))), Patience, "the curl line");

            await PasteAsync(line);
            File.Exists(_folder.PathOf("data/admin.key")).ShouldBeFalse();
            lines.ShouldContain(shown => shown.Contains("shown once: sk-pic_", StringComparison.Ordinal));
        }
        finally
        {
            terminal.Kill(entireProcessTree: true);
            await terminal.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Without_a_terminal_the_key_lies_in_a_private_file_and_the_line_still_works()
    {
        await using var gateway = await GatewayProcess.StartAsync(_folder.PathOf("data"), ("PICTOR_ADMIN_KEY", null));
        var line = await Poll.UntilAsync(() => Task.FromResult(gateway.Output.Split('\n').FirstOrDefault(line => line.StartsWith("curl ", StringComparison.Ordinal))), Patience, "the curl line");

        var file = _folder.PathOf("data/admin.key");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var key = (await File.ReadAllTextAsync(file)).Trim();
        key.ShouldStartWith("sk-pic_");
        gateway.Output.ShouldNotContain(key);
        gateway.Output.ShouldContain(file);
        await PasteAsync(line);
    }

    [Fact]
    public async Task A_second_start_makes_no_second_key()
    {
        var data = _folder.PathOf("data");
        await using (var first = await GatewayProcess.StartAsync(data, ("PICTOR_ADMIN_KEY", null)))
        {
            first.AskToStop();
            (await first.ExitCodeAsync(Patience)).ShouldBe(0, first.Output);
        }

        var key = (await File.ReadAllTextAsync(_folder.PathOf("data/admin.key"))).Trim();
        await using var second = await GatewayProcess.StartAsync(data, ("PICTOR_ADMIN_KEY", null));
        using var client = second.ClientWith(key);
        var keys = await client.GetFromJsonAsync<JsonElement>("/admin/keys");
        keys.GetProperty("data").GetArrayLength().ShouldBe(1);
        second.Output.ShouldNotContain("curl ");
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_says_why_it_cannot_start()
    {
        var data = _folder.PathOf("data");
        await using var first = await GatewayProcess.StartAsync(data);

        var (exitCode, lines) = await GatewayProcess.RunToEndAsync(data);

        exitCode.ShouldBe(1);
        lines.ShouldHaveSingleItem().ShouldBe($"pictor: The data folder {data} is in use by another Pictor. Stop it, or give this one its own folder with Pictor__Data.");
        using var answer = await first.GenerateAsync(new { model = "sandbox", size = "128x128", prompt = "Sunset" });
        answer.IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Mistakes_in_the_settings_are_all_told_at_once_and_nothing_is_touched()
    {
        var data = _folder.PathOf("data");

        var (exitCode, lines) = await GatewayProcess.RunToEndAsync(data, ("Pictor__Jobs__Concurrent", "0"), ("Pictor__Assets__LinkLife", "00:00:00"), ("Pictor__Channels__eu__Provider", "nobody"));

        exitCode.ShouldBe(1);
        lines.ShouldContain(line => line.Contains("Pictor:Jobs:Concurrent", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("Pictor:Assets:LinkLife", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("Pictor:Channels:eu:Provider", StringComparison.Ordinal));
        lines.ShouldAllBe(line => line.StartsWith("pictor: ", StringComparison.Ordinal));
        File.Exists(_folder.PathOf("data/pictor.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_picture_library_it_says_in_one_line_what_to_install()
    {
        // All that lies beside the executable but for the folder of the library; what the system may have is hidden by a file that is none.
        var bare = Directory.CreateDirectory(_folder.PathOf("bare")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(GatewayProcess.Executable)!))
        {
            File.Copy(file, Path.Combine(bare, Path.GetFileName(file)));
        }

        await File.WriteAllTextAsync(_folder.PathOf("libvips.so.42"), "not a library");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["LD_LIBRARY_PATH"] = _folder.Root, ["Pictor__Data"] = _folder.PathOf("data") };
        var run = await Shell.RunAsync(_folder.Root, environment, Path.Combine(bare, Path.GetFileName(GatewayProcess.Executable)));

        run.ExitCode.ShouldBe(1, run.Output + run.Errors);
        run.Output.ShouldBeEmpty();
        run.Errors.ShouldBe("pictor: libvips was not found: install it (Debian and Ubuntu: apt-get install libvips42; macOS: brew install vips) or build where npm is at hand.\n");
        Directory.Exists(_folder.PathOf("data")).ShouldBeFalse();
    }

    private Process StartOnATerminal(ConcurrentQueue<string> lines)
    {
        // script(1) gives its child a pseudo terminal and passes on what is written there.
        var start = new ProcessStartInfo("script", ["-q", "-e", "-c", $"exec '{GatewayProcess.Executable}'", "/dev/null"])
        {
            WorkingDirectory = _folder.Root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        GatewayProcess.Surroundings(start.Environment, _folder.PathOf("data"), ("PICTOR_ADMIN_KEY", null));
        var terminal = Process.Start(start)!;
        terminal.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
            {
                lines.Enqueue(text.TrimEnd('\r'));
            }
        };
        terminal.BeginOutputReadLine();
        return terminal;
    }

    private async Task PasteAsync(string line)
    {
        var answer = await Shell.RunAsync(_folder.Root, environment: null, "bash", "-c", line.Replace("curl ", "curl -sS --fail-with-body ", StringComparison.Ordinal));
        var image = JsonDocument.Parse(string.Concat(answer.Lines())).RootElement.GetProperty("data")[0];
        using var stranger = new HttpClient();
        var header = Pixels.Decode(await stranger.GetByteArrayAsync(image.Text("url")));
        (header.Format, header.Width, header.Height).ShouldBe((PictureFormat.Jpeg, image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
    }
}
