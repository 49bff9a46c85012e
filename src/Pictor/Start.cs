using System.ComponentModel;
using System.Data.Common;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Pictor.Imaging;
using Pictor.Keys;
using Pictor.Ledger;
using Pictor.Routing;
using Pictor.Storage;
using Pictor.Telemetry;
using Pictor.Verbs;

namespace Pictor;

/// <summary>From the command line to a listening gateway, with one plain line for whatever is in the way.</summary>
internal static partial class Start
{
    /// <returns>The exit code: 0 after an orderly stop, 1 when it could not start.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            if (VerbList.Find(args) is { } verb)
            {
                return await verb(args[1..], Console.Out, CancellationToken.None);
            }

            NativeVips.FontFolder ??= Path.Combine(AppContext.BaseDirectory, "fonts");
            NativeVips.Load();
            await using var app = Gateway.Create(args);
            var isForPeople = app.Services.GetRequiredService<IOptions<TelemetryOptions>>().Value.Logs == LogFormat.Text;
            var made = await PrepareAsync(app.Services, isShown: isForPeople && !Console.IsOutputRedirected, CancellationToken.None);
            await app.StartAsync();
            Say(app, made, isForPeople);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception fault) when (fault is InvalidOperationException or OptionsValidationException or AggregateException or PictureException or IOException or UnauthorizedAccessException or DbException or FormatException or InvalidDataException or Win32Exception)
        {
            foreach (var line in Lines(fault))
            {
                await Console.Error.WriteLineAsync("pictor: " + line);
            }

            return 1;
        }
    }

    private static IEnumerable<string> Lines(Exception fault) => fault switch
    {
        OptionsValidationException mistakes => mistakes.Failures,
        AggregateException several => several.Flatten().InnerExceptions.SelectMany(Lines),
        // Several hosts were tried, and each has its reason.
        DbException { InnerException: AggregateException several } => several.Flatten().InnerExceptions.SelectMany(Lines).Distinct(StringComparer.Ordinal),

        // A settings file that is no JSON says where only on the inside.
        InvalidDataException file => [$"{file.Message} {file.GetBaseException().Message}"],
        DbException database => [$"The database cannot be used: {database.Message}"],
        _ => [fault.Message],
    };

    /// <summary>Brings the tables up to date and makes sure that there is an admin.</summary>
    public static async Task<FirstKey.Made?> PrepareAsync(IServiceProvider services, bool isShown, CancellationToken cancellationToken)
    {
        // Two replicas that start at once take these steps one after the other.
        await using var alone = await services.GetRequiredService<IDialect>().LockStartAsync(cancellationToken);
        await services.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);
        Follow(services);
        if (services.GetService<ReplicaWorker>() is { } replica)
        {
            // The database's time and a name among the others, before anything is done.
            await replica.BeatAsync(cancellationToken);
        }

        await services.GetRequiredService<Sealed>().CheckAsync(services.GetRequiredService<Database>(), cancellationToken);
        await services.GetRequiredService<StrayHolds>().ReleaseAsync(cancellationToken);
        await services.GetRequiredService<ChannelTable>().LoadAsync(cancellationToken);
        await services.GetRequiredService<PriceStore>().LoadAsync(cancellationToken);
        return await services.GetRequiredService<FirstKey>().EnsureAsync(isShown, cancellationToken);
    }

    // Settings that another replica changes are read again.
    private static void Follow(IServiceProvider services)
    {
        var versions = services.GetRequiredService<SettingsVersions>();
        versions.Follow(SettingsVersions.Channels, services.GetRequiredService<ChannelTable>().LoadAsync);
        versions.Follow(SettingsVersions.Prices, services.GetRequiredService<PriceStore>().LoadAsync);
        versions.Follow(SettingsVersions.Keys, _ =>
        {
            services.GetRequiredService<KeyStore>().Forget();
            return Task.CompletedTask;
        });
    }

    private static void Say(WebApplication app, FirstKey.Made? made, bool isForPeople)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1:5080";
        address = address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("*", "127.0.0.1", StringComparison.Ordinal);
        var key = made switch
        {
            { File: null } => made.Secret,
            { File: { } file } => $"$(cat '{file}')",
            null => null,
        };
        var folder = app.Services.GetRequiredService<DataFolder>().Root;
        if (!isForPeople)
        {
            // Whoever reads these lines reads every one of them as an object.
            Log.Listening(app.Logger, address, folder);
            if (made?.File is { } kept)
            {
                Log.FirstKey(app.Logger, kept);
            }

            return;
        }

        Console.WriteLine($"Pictor listens on {address}. Everything is kept in {folder}.");
        if (key is null)
        {
            return;
        }

        Console.WriteLine(made!.File is { } path
            ? $"The first admin key is in {path}."
            : $"This is the first admin key. It is shown once: {made.Secret}");
        Console.WriteLine(
            $$"""
              Try it:

              curl {{address}}/v1/images/generations -H "Authorization: Bearer {{key}}" -H "Content-Type: application/json" -d '{"model":"flux-kontext-pro","prompt":"Sunset over mountains","aspect_ratio":"16:9"}'

              """);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Pictor listens on {Address}. Everything is kept in {Folder}.")]
        public static partial void Listening(ILogger logger, string address, string folder);

        [LoggerMessage(2, LogLevel.Information, "The first admin key is in {File}.")]
        public static partial void FirstKey(ILogger logger, string file);
    }
}
