using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Pictor.Imaging;
using Pictor.Keys;
using Pictor.Ledger;
using Pictor.Routing;
using Pictor.Storage;

namespace Pictor;

/// <summary>From the command line to a listening gateway, with one plain line for whatever is in the way.</summary>
internal static class Start
{
    /// <returns>The exit code: 0 after an orderly stop, 1 when it could not start.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            if (args is ["ledger", ..])
            {
                return await LedgerVerb.RunAsync(args[1..], Console.Out, CancellationToken.None);
            }

            NativeVips.FontFolder ??= Path.Combine(AppContext.BaseDirectory, "fonts");
            NativeVips.Load();
            await using var app = Gateway.Create(args);
            var made = await PrepareAsync(app.Services, isShown: !Console.IsOutputRedirected, CancellationToken.None);
            await app.StartAsync();
            Say(app, made);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception fault) when (fault is InvalidOperationException or OptionsValidationException or AggregateException or PictureException or IOException or UnauthorizedAccessException)
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
        _ => [fault.Message],
    };

    /// <summary>Brings the tables up to date and makes sure that there is an admin.</summary>
    public static async Task<FirstKey.Made?> PrepareAsync(IServiceProvider services, bool isShown, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);
        await services.GetRequiredService<Sealed>().CheckAsync(services.GetRequiredService<Database>(), cancellationToken);
        await services.GetRequiredService<StrayHolds>().ReleaseAsync(cancellationToken);
        await services.GetRequiredService<ChannelTable>().LoadAsync(cancellationToken);
        await services.GetRequiredService<PriceStore>().LoadAsync(cancellationToken);
        return await services.GetRequiredService<FirstKey>().EnsureAsync(isShown, cancellationToken);
    }

    private static void Say(WebApplication app, FirstKey.Made? made)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1:5080";
        address = address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("*", "127.0.0.1", StringComparison.Ordinal);
        var key = made switch
        {
            { File: null } => made.Secret,
            { File: { } file } => $"$(cat '{file}')",
            null => null,
        };
        Console.WriteLine($"Pictor listens on {address}. Everything is kept in {app.Services.GetRequiredService<DataFolder>().Root}.");
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
}
