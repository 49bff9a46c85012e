using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Pictor.Benchmarks;

/// <summary>A batch of the command line against <c>xargs -P</c> of curl that makes and fetches the same pictures; and its memory over long lists.</summary>
internal static class BatchBenchmark
{
    private const int Pictures = 200;
    private const int AtOnce = 8;
    private const int Rounds = 3;

    private static string Cli => Environment.GetEnvironmentVariable("PICTOR_CLI") is { Length: > 0 } given ? given
        : Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Cli").Value!;

    public static async Task RunAsync()
    {
        await using var gateway = await MeasuredProcess.GatewayAsync();
        var folder = Directory.CreateTempSubdirectory("pictor-bench-cli-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "jobs.csv"), "prompt,size\n" + string.Concat(Enumerable.Range(1, Pictures).Select(row => $"picture {row},512x512\n")));
            await File.WriteAllTextAsync(Path.Combine(folder, "one.sh"), Curl(gateway.Address));
            var (ours, curls) = (new List<double>(), new List<double>());
            for (var round = 0; round <= Rounds; round++)
            {
                var batch = await TimeAsync(folder, gateway.Address, $"'{Cli}' batch jobs.csv -m sandbox -c {AtOnce} --again -q -o batch");
                var curl = await TimeAsync(folder, gateway.Address, $"mkdir -p curl; seq {Pictures} | xargs -P {AtOnce} -n 1 bash one.sh");
                if (round > 0)
                {
                    ours.Add(Pictures / batch.Seconds);
                    curls.Add(Pictures / curl.Seconds);
                }
            }

            Console.WriteLine($"\n{Pictures} Sandbox pictures of 512x512, {AtOnce} at once, median of {Rounds} rounds in turn");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  pictor batch {Median(ours):0.0} pictures/s, xargs and curl {Median(curls):0.0} pictures/s, ratio {Median(ours) / Median(curls):0.00}"));
            foreach (var rows in (int[])[1_000, 10_000])
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "long.csv"), "prompt,size\n" + string.Concat(Enumerable.Range(1, rows).Select(row => $"picture {row},16x16\n")));
                var dry = await TimeAsync(folder, gateway.Address, $"'{Cli}' batch long.csv -m sandbox --dry-run");
                var real = await TimeAsync(folder, gateway.Address, $"'{Cli}' batch long.csv -m sandbox -c {AtOnce} --again -q -o long-{rows}");
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {rows} rows: dry run {dry.PeakRss:0} MB in {dry.Seconds:0.0} s, made {real.PeakRss:0} MB in {real.Seconds:0.0} s"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Curl(Uri gateway) =>
        $$"""
        curl -fsS {{gateway}}v1/images/generations -H "Authorization: Bearer $PICTOR_API_KEY" -H 'Content-Type: application/json' \
          -d "{\"model\":\"sandbox\",\"size\":\"512x512\",\"prompt\":\"picture $1\"}" | sed -n 's/.*"url":"\([^"]*\)".*/\1/p' | sed 's/\\u0026/\&/g' | xargs curl -fsS -o "curl/$1.png"
        """;

    // The most memory is what the system counted for the finished child.
    private static async Task<(double Seconds, double PeakRss)> TimeAsync(string folder, Uri gateway, string line)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"{line} >/dev/null & wait $! ; code=$?; exit $code"]) { WorkingDirectory = folder, UseShellExecute = false };
        start.Environment["PICTOR_BASE_URL"] = gateway.AbsoluteUri;
        start.Environment["PICTOR_API_KEY"] = MeasuredProcess.AdminKey;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var peak = 0.0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, PeakOfChildren(process.Id));
            await Task.Delay(20);
        }

        return process.ExitCode == 0 ? (clock.Elapsed.TotalSeconds, peak) : throw new InvalidOperationException($"{line} ended with {process.ExitCode}.");
    }

    private static double PeakOfChildren(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(child => File.ReadLines($"/proc/{child}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)))
                .Select(line => line is null ? 0 : double.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024)
                .DefaultIfEmpty(0).Max();
        }
        catch (IOException)
        {
            // It ended in between.
            return 0;
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
