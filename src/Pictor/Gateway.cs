using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Pictor.Api;
using Pictor.Api.Chat;
using Pictor.Api.Description;
using Pictor.Api.Images;
using Pictor.Api.Jobs;
using Pictor.Assets;
using Pictor.Catalog;
using Pictor.Jobs;
using Pictor.Keys;
using Pictor.Ledger;
using Pictor.Providers;
using Pictor.Routing;
using Pictor.Storage;
using Pictor.Telemetry;
using Pictor.Upstream;
using Pictor.Webhooks;

namespace Pictor;

/// <summary>The table of contents, in reading order: what the gateway is made of, and how it starts.</summary>
internal static class Gateway
{
    private const string DefaultAddress = "http://127.0.0.1:5080";

    /// <summary>Everything ready to run, but not listening yet.</summary>
    /// <exception cref="OptionsValidationException">There is a mistake in the settings; several of them come in an <see cref="AggregateException"/>.</exception>
    /// <exception cref="InvalidOperationException">The data folder does not allow a start; the message says why.</exception>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var app = Build(args, adjust);

        // Every mistake in the settings is told before anything is touched.
        app.Services.GetService<IStartupValidator>()?.Validate();
        MapGateway(app);
        return app;
    }

    /// <summary>Everything put together and nothing touched: for whoever only looks.</summary>
    /// <exception cref="OptionsValidationException">A setting's value cannot be read.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        // Default settings lie beside the executable, whatever the working folder is.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddJsonFile(Path.GetFullPath("pictor.json"), optional: true, reloadOnChange: false);
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddCommandLine(args);
        if (SettingsForm.Unreadable(builder.Configuration) is { Count: > 0 } unreadable)
        {
            throw new OptionsValidationException(nameof(SettingsForm), typeof(SettingsForm), unreadable);
        }

        AddGateway(builder);
        adjust?.Invoke(builder);
        return builder.Build();
    }

    private static void AddGateway(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(Random.Shared);
        services.AddSingleton<IValidateOptions<SettingsForm.Names>, SettingsForm>().AddOptions<SettingsForm.Names>().ValidateOnStart();

        // What it tells of itself.
        Bind<TelemetryOptions, TelemetryOptionsValidator>(TelemetryOptions.Section);
        services.AddSingleton<GatewayMetrics>().AddSingleton<MetricsPage>();
        AddTelling(builder);

        // Storage: the data folder, the tables, the master key.
        Bind<StorageOptions, StorageOptionsValidator>(StorageOptions.Section);
        services.Configure<StorageOptions>(options => options.Data = builder.Configuration["Pictor:Data"] ?? options.Data);
        services.AddSingleton<DataFolder>().AddSingleton<WorkFolders>().AddDialect(builder.Configuration).AddSingleton<GroupCommit>().AddSingleton<Database>().AddSingleton<Migrator>();
        services.AddSingleton<RowIds>().AddSingleton<MasterKey>().AddSingleton<Sealed>();

        // Upstream: the one way out.
        Bind<UpstreamOptions, UpstreamOptionsValidator>(UpstreamOptions.Section);
        services.AddSingleton<AddressGuard>().AddSingleton<UpstreamClient>();

        // Catalogue, keys, assets.
        Bind<CatalogOptions, CatalogOptionsValidator>(CatalogOptions.Section);
        services.AddSingleton<ModelCatalog>().AddSingleton<PriceStore>().AddSingleton<KeyStore>().AddSingleton<FirstKey>().AddSingleton<KeyBalances>();
        // Several replicas count in the tables; one process counts by itself.
        if (DialectChoice.IsShared(builder.Configuration))
        {
            services.AddSingleton<IRateLimits, SharedRateLimits>();
        }
        else
        {
            services.AddSingleton<IRateLimits, RateLimits>();
        }

        Bind<AssetsOptions, AssetsOptionsValidator>(AssetsOptions.Section);
        Bind<S3Options, S3OptionsValidator>(S3Options.Section);
        if (string.IsNullOrEmpty(builder.Configuration[S3Options.Section + ":Endpoint"]))
        {
            services.AddSingleton<IAssetStore>(provider => provider.GetRequiredService<FileAssetStore>());
        }
        else
        {
            services.AddSingleton<S3Client>().AddSingleton<S3AssetStore>().AddSingleton<IAssetStore>(provider => provider.GetRequiredService<S3AssetStore>()).AddHostedService<AssetMover>();
        }

        services.AddSingleton<FileAssetStore>().AddSingleton<AssetStore>().AddSingleton<InputStore>().AddSingleton<AssetFetcher>().AddSingleton<AssetLinks>();

        // The books.
        services.AddSingleton<LedgerStore>().AddSingleton<UsageStore>().AddSingleton<StrayHolds>();

        // Providers and the routing to them.
        services.AddProviders();
        Bind<RoutingOptions, RoutingOptionsValidator>(RoutingOptions.Section);
        services.AddSingleton<IPostConfigureOptions<RoutingOptions>, ProviderSettings>();
        services.AddSingleton<ChannelStore>().AddSingleton<ChannelTable>().AddSingleton<ChannelSelector>().AddSingleton<ChannelHealth>().AddSingleton<AttemptStore>().AddSingleton<AttemptLoop>();

        // Jobs: the conductor and what calls it.
        Bind<JobsOptions, JobsOptionsValidator>(JobsOptions.Section);
        services.AddSingleton<JobStore>().AddSingleton<JobQueue>().AddSingleton<JobSignals>().AddSingleton<JobPartials>().AddSingleton<JobDrain>();
        services.AddSingleton<Booking>().AddSingleton<JobEnds>().AddSingleton<Idempotency>().AddSingleton<JobIntake>().AddSingleton<JobEstimator>().AddSingleton<AttemptOrders>().AddSingleton<JobPictures>().AddSingleton<JobJournal>().AddSingleton<JobRunner>().AddSingleton<JobWaiter>();

        // Webhooks: their worker stops after the jobs, whose ends it still has to tell.
        Bind<WebhooksOptions, WebhooksOptionsValidator>(WebhooksOptions.Section);
        services.AddSingleton<DeliveryClock>().AddSingleton<DeliveryStore>().AddSingleton<DeliverySchedule>().AddSingleton<DeliveryPlaces>().AddSingleton<DeliverySignals>().AddSingleton<DeliverySender>();
        services.AddSingleton(provider => new DeliveryBody(provider.GetRequiredService<JobNotice>().WriteAsync));
        services.AddHostedService<DeliveryWorker>();
        services.AddHostedService<JobWorker>().AddHostedService<LateWorker>().AddHostedService<AssetSweeper>();
        if (DialectChoice.IsShared(builder.Configuration))
        {
            // Behind the worker, since the last one stops first: nothing is claimed that nobody will run.
            services.AddHostedService<JobClaimer>().AddHostedService<InputSweeper>();
        }

        services.AddSingleton<IHostLifetime, DrainLifetime>();

        // Read past the validator: the host is made before all mistakes can be told together.
        services.AddOptions<HostOptions>().Configure(host => host.ShutdownTimeout = (builder.Configuration.GetSection(JobsOptions.Section).Get<JobsOptions>() ?? new JobsOptions()).StopTime + TimeSpan.FromSeconds(15));

        // The HTTP face.
        Bind<ApiOptions, ApiOptionsValidator>(ApiOptions.Section);
        services.AddSingleton<ImagesResponseWire>().AddSingleton<JobAnswer>().AddSingleton<JobFollower>().AddSingleton<JobNotice>();
        services.AddSingleton<OwnPictures>().AddSingleton<ImageStream>().AddSingleton<ImagesCall>().AddSingleton<ChatAnswerWire>().AddSingleton<ChatStream>().AddSingleton<ChatCall>();
        services.AddCors().AddApiDescription();
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]))
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }

        builder.WebHost.ConfigureKestrel((context, server) => ApiSetup.Limit(server, context.Configuration.GetSection(ApiOptions.Section).Get<ApiOptions>() ?? new ApiOptions()));

        void Bind<TOptions, TValidator>(string section)
            where TOptions : class
            where TValidator : class, IValidateOptions<TOptions>
        {
            services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
            services.AddOptions<TOptions>().Bind(builder.Configuration.GetSection(section)).ValidateOnStart();
        }
    }

    // Apart, so that what only some operators want is not even loaded by the others.
    private static void AddTelling(WebApplicationBuilder builder)
    {
        if (string.Equals(builder.Configuration[TelemetryOptions.Section + ":Logs"], nameof(LogFormat.Json), StringComparison.OrdinalIgnoreCase))
        {
            builder.Logging.AddConsole(console => console.FormatterName = JsonLogFormatter.FormatName).AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
        }

        // The framework's own line about a call has its whole address, and so the signature of a picture's link.
        builder.Services.PostConfigure<LoggerFilterOptions>(filters => filters.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning));

        if (CollectorExport.AddressOf(builder.Configuration) is not null)
        {
            builder.Services.AddHostedService<CollectorExport>();
        }
    }

    private static void MapGateway(WebApplication app)
    {
        Gauges.Register(app.Services);
        app.UseApi();
        app.MapApi();
    }
}
