using System.Globalization;
using System.Net;
using System.Text.Json;
using Pictor.EndToEnd.Peers;

namespace Pictor.EndToEnd;

/// <summary>What lies under deploy/, as far as this machine can run or check it.</summary>
public sealed class DeployTests
{
    private static readonly string Repository = GatewayProcess.Metadata("Repository");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_nginx_example_passes_events_on_at_once_and_tells_links_its_own_address()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayProcess.StartAsync(folder.PathOf("data"), ("Pictor__Api__TrustedProxies__nginx", "127.0.0.1"));
        var example = await File.ReadAllTextAsync(Path.Combine(Repository, "deploy", "nginx", "pictor.conf"));

        // The servers of this test instead of the example's; everything else as it stands there.
        var servers = $"upstream pictor {{ server 127.0.0.1:{Loopback.FreePorts(1)[0]} max_fails=1 fail_timeout=2s; server {gateway.Address.Authority}; keepalive 64; }}";
        using var nginx = await NginxServer.StartAsync(address => example
            .Replace("include /etc/nginx/upstreams/pictor.conf;", servers, StringComparison.Ordinal)
            .Replace("listen 8080;", $"listen {address.Authority};", StringComparison.Ordinal));
        using var client = new HttpClient { BaseAddress = nginx.Address };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + GatewayProcess.AdminKey);
        await Poll.UntilAsync(() => IsReadyAsync(client), Patience, "nginx to find the gateway");

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = JsonContent.Create(new { model = "sandbox", prompt = "A red circle [sandbox: delay=4s]", stream = true }) };
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync())!.ShouldStartWith(":");

        // The first line is here while the picture is not: nothing is held back on the way.
        var id = answer.Headers.GetValues("x-pictor-job").Single();
        using var meanwhile = await gateway.Client.GetAsync($"/v1/images/generations/{id}");
        (await meanwhile.JsonAsync()).Text("status").ShouldNotBe("succeeded");
        (await reader.ReadToEndAsync()).ShouldContain("image_generation.completed");

        using var made = await client.PostAsJsonAsync("/v1/images/generations", new { model = "sandbox", prompt = "A red circle" });
        var link = new Uri((await made.JsonAsync()).GetProperty("data")[0].GetProperty("url").GetString()!);
        link.Authority.ShouldBe(nginx.Address.Authority);
        (await client.GetByteArrayAsync(link)).ShouldNotBeEmpty();
        using var metrics = await client.GetAsync("/metrics");
        metrics.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_systemd_unit_has_no_mistakes_and_waits_long_enough()
    {
        const string analyze = "/usr/bin/systemd-analyze";
        Assert.SkipUnless(File.Exists(analyze), "there is no systemd here");
        using var folder = new TemporaryFolder();
        var unit = await File.ReadAllTextAsync(Path.Combine(Repository, "deploy", "systemd", "pictor.service"));
        unit.ShouldContain("TimeoutStopSec=360");
        await File.WriteAllTextAsync(folder.PathOf("pictor.service"), unit.Replace("/opt/pictor/Pictor", GatewayProcess.Executable, StringComparison.Ordinal));
        var ended = await Shell.RunAsync(folder.Root, environment: null, analyze, "verify", folder.PathOf("pictor.service"));
        ended.Errors.Split('\n').Where(line => line.Contains("pictor.service", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_manifests_are_YAML_and_agree_on_how_long_a_stop_takes()
    {
        var compose = (await YamlAsync("compose.yaml"))[0].GetProperty("services");
        foreach (var gateway in new[] { "pictor", "replica-1", "replica-2" })
        {
            compose.GetProperty(gateway).Text("stop_grace_period").ShouldBe("360s");
            compose.GetProperty(gateway).GetProperty("read_only").GetBoolean().ShouldBeTrue();
        }

        compose.GetProperty("pictor").TryGetProperty("profiles", out _).ShouldBeFalse();
        compose.GetProperty("postgres").GetProperty("profiles")[0].GetString().ShouldBe("many");

        var kubernetes = await YamlAsync("deploy/kubernetes/pictor.yaml");
        kubernetes.Select(document => document.Text("kind")).ShouldBe(["ConfigMap", "Secret", "Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler", "Ingress"]);
        var pod = kubernetes[2].GetProperty("spec").GetProperty("template").GetProperty("spec");
        pod.GetProperty("terminationGracePeriodSeconds").GetInt32().ShouldBe(360);
        var container = pod.GetProperty("containers")[0];
        container.GetProperty("readinessProbe").GetProperty("httpGet").Text("path").ShouldBe("/readyz");
        container.GetProperty("livenessProbe").GetProperty("httpGet").Text("path").ShouldBe("/healthz");
        kubernetes[5].GetProperty("spec").GetProperty("metrics")[0].GetProperty("pods").GetProperty("metric").Text("name").ShouldBe("pictor_queue_depth");
        var ingress = kubernetes[6].GetProperty("metadata").GetProperty("annotations");
        int.Parse(ingress.Text("nginx.ingress.kubernetes.io/proxy-read-timeout"), CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(600);
        ingress.Text("nginx.ingress.kubernetes.io/proxy-buffering").ShouldBe("off");
    }

    [Fact]
    public async Task The_Dockerfile_copies_what_is_there_and_runs_without_rights()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Repository, "Dockerfile"));
        var copied = lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')[1..^1]).ToList();
        copied.ShouldNotBeEmpty();
        copied.Where(path => !Path.Exists(Path.Combine(Repository, path))).ShouldBeEmpty();
        lines.ShouldContain("USER $APP_UID");
        lines.ShouldContain(line => line.StartsWith("HEALTHCHECK", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_setting_of_the_examples_is_one_that_there_is()
    {
        var known = File.ReadAllText(Path.Combine(Repository, "docs", "configuration.md"));
        var used = new[] { "compose.yaml", "Dockerfile", "deploy/kubernetes/pictor.yaml", "deploy/systemd/pictor.service" }
            .SelectMany(file => System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(Path.Combine(Repository, file)), "Pictor__[A-Za-z0-9_]+").Select(match => match.Value.Replace("__nginx", "__<id>", StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal);
        used.Where(setting => !known.Contains(setting, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/readyz");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<List<JsonElement>> YamlAsync(string file)
    {
        const string script = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";
        var ended = await Shell.RunAsync(Repository, environment: null, "/usr/bin/python3", "-c", script, file);
        ended.ExitCode.ShouldBe(0, ended.Errors);
        return [.. JsonDocument.Parse(ended.Output).RootElement.EnumerateArray().Select(document => document.Clone())];
    }
}
