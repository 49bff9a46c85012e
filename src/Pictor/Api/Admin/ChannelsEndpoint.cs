using System.Buffers;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Routing;

namespace Pictor.Api.Admin;

/// <summary><c>/admin/channels</c>: the ways out. Those of the settings are shown; those made here can be changed here.</summary>
internal static class ChannelsEndpoint
{
    private const int LongestId = 64;
    private static readonly string[] Known = ["id", "provider", "base_url", "credential", "models", "priority", "weight", "concurrent", "enabled", "options"];
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    public static IResult List(HttpContext http, ChannelTable table, ChannelHealth health)
    {
        var paging = Paging.Of(http);
        var found = table.All.OrderBy(channel => channel.Id, StringComparer.Ordinal).Where(channel => paging.After is null || string.CompareOrdinal(channel.Id, paging.After) > 0).ToList();
        return Results.Json(
            new ChannelListWire([.. found.Take(paging.Limit).Select(channel => ChannelWire.Of(channel, health.Report(channel)))], found.Count > paging.Limit),
            ChannelsWire.Default.ChannelListWire);
    }

    public static IResult Get(string id, ChannelTable table, ChannelHealth health) => Show(Find(table, id), health, StatusCodes.Status200OK);

    public static async Task<IResult> CreateAsync(HttpContext http, ChannelTable table, ChannelStore store, ChannelHealth health, TimeProvider time)
    {
        using var body = await RequestBody.ReadJsonAsync(http);
        var id = RequestRules.Text(body.Fields, "id") ?? throw RequestRules.Invalid("id is required", "id");
        if (id.Length > LongestId || id.AsSpan().IndexOfAnyExcept(IdCharacters) >= 0)
        {
            throw RequestRules.Invalid($"id must have at most {LongestId} characters of a-z, 0-9, '-' and '_'", "id");
        }

        if (id == ChannelTable.EmbeddedSandbox || table.Find(id) is not null)
        {
            throw RequestRules.Invalid($"a channel with the id '{id}' exists", "id");
        }

        var row = Read(body.Fields, new ChannelRow { Id = id }, table, store);
        await SaveAsync(row, table, store, health, time, http.RequestAborted);
        http.Response.Headers.Location = $"/admin/channels/{id}";
        return Show(Find(table, id), health, StatusCodes.Status201Created);
    }

    public static async Task<IResult> ChangeAsync(HttpContext http, string id, ChannelTable table, ChannelStore store, ChannelHealth health, TimeProvider time)
    {
        using var body = await RequestBody.ReadJsonAsync(http);
        var row = await MadeHereAsync(id, table, store, http.RequestAborted);
        await SaveAsync(Read(body.Fields, row, table, store), table, store, health, time, http.RequestAborted);
        return Show(Find(table, id), health, StatusCodes.Status200OK);
    }

    public static async Task<IResult> DeleteAsync(HttpContext http, string id, ChannelTable table, ChannelStore store, ChannelHealth health)
    {
        await MadeHereAsync(id, table, store, http.RequestAborted);
        await store.DeleteAsync(id, http.RequestAborted);
        await table.LoadAsync(CancellationToken.None);
        health.Reset(id);
        return Results.Json(new ChannelDeletedWire(id), ChannelsWire.Default.ChannelDeletedWire);
    }

    public static async Task<IResult> TestAsync(HttpContext http, string id, ChannelTable table)
    {
        var channel = Find(table, id);
        var error = await channel.Provider.TestAsync(channel.Settings, http.RequestAborted);
        return Results.Json(
            new ChannelTestWire(error is null, error?.Kind != ErrorKind.NotFound, error?.Message),
            ChannelsWire.Default.ChannelTestWire);
    }

    private static async Task<ChannelRow> MadeHereAsync(string id, ChannelTable table, ChannelStore store, CancellationToken cancellationToken)
    {
        if (Find(table, id).IsConfigured)
        {
            throw new GatewayException(ErrorKind.InvalidRequest, $"The channel '{id}' comes from the settings and is changed there.", "id");
        }

        return (await store.AllAsync(cancellationToken)).First(row => row.Id == id);
    }

    private static async Task SaveAsync(ChannelRow row, ChannelTable table, ChannelStore store, ChannelHealth health, TimeProvider time, CancellationToken cancellationToken)
    {
        await store.SaveAsync(row with { ChangedAt = time.GetUtcNow().ToUnixTimeMilliseconds() }, cancellationToken);
        await table.LoadAsync(CancellationToken.None);

        // Whatever kept it out is about its former settings.
        health.Reset(row.Id);
    }

    private static ChannelRow Read(RequestFields fields, ChannelRow row, ChannelTable table, ChannelStore store)
    {
        RequestRules.CheckNames(fields, Known);
        row = row with
        {
            Provider = RequestRules.Text(fields, "provider") ?? row.Provider,
            BaseUrl = RequestRules.Text(fields, "base_url") ?? row.BaseUrl,
            Credential = RequestRules.Text(fields, "credential") is { } credential ? store.Seal(row.Id, credential) : row.Credential,
            Models = Models(fields) ?? row.Models,
            Options = Options(fields) ?? row.Options,
            Priority = Integer(fields, "priority", -1000, 1000) ?? row.Priority,
            Weight = Integer(fields, "weight", 1, 1_000_000) ?? row.Weight,
            Concurrent = Integer(fields, "concurrent", 1, 100_000) ?? row.Concurrent,
            Enabled = RequestRules.Boolean(fields, "enabled") is { } enabled ? enabled ? 1 : 0 : row.Enabled,
        };
        if (!table.ProviderNames.Contains(row.Provider, StringComparer.OrdinalIgnoreCase))
        {
            throw RequestRules.Invalid($"provider must be one of {string.Join(", ", table.ProviderNames.Order(StringComparer.Ordinal))}", "provider");
        }

        if (row.ToOptions().ModelMap().Count == 0)
        {
            throw RequestRules.Invalid("models must name at least one model", "models");
        }

        if (row.BaseUrl is { } url && (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0))
        {
            throw RequestRules.Invalid("base_url must be an http or https address without a user name", "base_url");
        }

        return table.Mistakes(row).FirstOrDefault() is { } mistake ? throw RequestRules.Invalid(mistake, "options") : row;
    }

    // "a,b=c", ["a", "b=c"] or {"a": "a", "b": "c"}.
    private static string? Models(RequestFields fields)
    {
        if (!fields.TryGet("models", out var value))
        {
            return null;
        }

        var names = value.Members is { } members
            ? members.Select(member => $"{member.Name}={(member.Value.TryText(out var upstream) ? upstream : throw Bad())}")
            : value.Items.Select(item => item.TryText(out var name) ? name : throw Bad());
        return string.Join(',', names);

        static GatewayException Bad() => RequestRules.Invalid("models must be a text like 'a,b=c', an array of such names or an object", "models");
    }

    private static string? Options(RequestFields fields)
    {
        if (!fields.TryGet("options", out var value))
        {
            return null;
        }

        if (value.Members is not { } members)
        {
            throw RequestRules.Invalid("options must be an object", "options");
        }

        return ChannelRow.WriteOptions(members.ToDictionary(member => member.Name, member => member.Value.ToString(), StringComparer.Ordinal));
    }

    private static long? Integer(RequestFields fields, string name, long least, long most) =>
        fields.TryGet(name, out var value)
            ? value.TryInteger(out var number) && number >= least && number <= most ? number : throw RequestRules.Invalid($"{name} must be between {least} and {most}", name)
            : null;

    private static Channel Find(ChannelTable table, string id) =>
        table.Find(id) ?? throw new GatewayException(ErrorKind.NotFound, "No such channel.", "id");

    private static IResult Show(Channel channel, ChannelHealth health, int status) =>
        Results.Json(ChannelWire.Of(channel, health.Report(channel)), ChannelsWire.Default.ChannelWire, statusCode: status);
}
