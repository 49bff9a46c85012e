using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Pictor.Tests;

/// <summary>The whole gateway on a free port of loopback, with a data folder of its own that goes with it.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    public const string AdminKey = "test-admin-key-0123456789";

    private readonly WebApplication _app;
    private readonly bool _ownsFolder;

    private TestGateway(WebApplication app, string folder, bool ownsFolder)
    {
        _app = app;
        _ownsFolder = ownsFolder;
        Folder = folder;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = ClientWith(AdminKey);
    }

    public Uri Address { get; }

    public string Folder { get; }

    /// <summary>Calls with the admin key.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="adjust">Last changes to the services, for instance a fake clock.</param>
    /// <param name="folder">A data folder to go on from; null makes one and removes it at the end.</param>
    /// <param name="settings">Like <c>Pictor:Jobs:Deadline=00:00:05</c>.</param>
    public static async Task<TestGateway> StartAsync(Action<WebApplicationBuilder>? adjust = null, string? folder = null, params string[] settings)
    {
        var data = folder ?? Directory.CreateTempSubdirectory("pictor-test-").FullName;
        if (PostgreSqlServer.IsWanted && !settings.Any(setting => setting.StartsWith("Pictor:Storage:PostgreSql=", StringComparison.Ordinal)))
        {
            settings = [.. settings, $"Pictor:Storage:PostgreSql={await PostgreSqlServer.DatabaseOfAsync(data)}"];
        }

        string[] args =
        [
            "--urls=http://127.0.0.1:0", $"--Pictor:Data={data}", $"--PICTOR_ADMIN_KEY={AdminKey}",
            "--Pictor:Jobs:StopNotice=00:00:00", .. settings.Select(setting => "--" + setting),
        ];
        var app = Gateway.Create(args, builder =>
        {
            builder.Logging.ClearProviders();
            adjust?.Invoke(builder);
        });
        await Start.PrepareAsync(app.Services, isShown: true, CancellationToken.None);
        await app.StartAsync();
        return new TestGateway(app, data, folder is null);
    }

    public HttpClient ClientWith(string? key)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Makes an ordinary key and gives back a client that calls with it.</summary>
    public async Task<HttpClient> NewKeyAsync(object? properties = null)
    {
        using var answer = await Client.PostAsJsonAsync("/admin/keys", properties ?? new { name = "test" });
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return ClientWith(body.GetProperty("key").GetString());
    }

    /// <summary>Posts to the main door.</summary>
    public Task<HttpResponseMessage> GenerateAsync(object body, HttpClient? client = null) =>
        (client ?? Client).PostAsJsonAsync("/v1/images/generations", body);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}

/// <summary>Reading answers in tests.</summary>
internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).Clone();

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static JsonElement Error(this JsonElement element) => element.GetProperty("error");
}
