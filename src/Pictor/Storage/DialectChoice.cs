namespace Pictor.Storage;

/// <summary>Which engine keeps the rows: PostgreSQL where a connection string is given, shared by any number of replicas, else SQLite.</summary>
internal static class DialectChoice
{
    public static bool IsShared(IConfiguration configuration) => !string.IsNullOrEmpty(configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.PostgreSql)}"]);

    public static IServiceCollection AddDialect(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new DatabaseTime(TimeProvider.System)).AddSingleton<Replica>().AddSingleton<Hints>().AddSingleton<SettingsVersions>();
        if (!IsShared(configuration))
        {
            return services.AddSingleton(TimeProvider.System)
                .AddSingleton<IDialect>(provider => new SqliteDialect(provider.GetRequiredService<DataFolder>().Root));
        }

        // First among the workers: what starts first stops last.
        return services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<DatabaseTime>())
            .AddSingleton<PostgreSqlDialect>().AddSingleton<IDialect>(provider => provider.GetRequiredService<PostgreSqlDialect>())
            .AddSingleton<ReplicaWorker>().AddHostedService(provider => provider.GetRequiredService<ReplicaWorker>())
            .AddHostedService<HintWorker>();
    }
}
