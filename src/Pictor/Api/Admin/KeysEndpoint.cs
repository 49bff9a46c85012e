using System.Globalization;
using Pictor.Catalog;
using Pictor.Images;
using Pictor.Jobs;
using Pictor.Keys;

namespace Pictor.Api.Admin;

/// <summary><c>/admin/keys</c>: who may call, what, and until when.</summary>
internal static class KeysEndpoint
{
    private const int LongestName = 200;
    private const int LongestNote = 500;
    private static readonly string[] Creatable = ["name", "admin", "models", "budget", "limits", "waiting", "expires_at", "webhook"];
    private static readonly string[] Changeable = ["name", "models", "budget", "limits", "waiting", "expires_at", "disabled", "webhook"];
    private static readonly string[] Adjustable = ["amount", "note"];

    public static async Task<IResult> CreateAsync(HttpContext http, KeyStore keys, KeyBalances balances, ModelCatalog catalog, TimeProvider time)
    {
        using var body = await RequestBody.ReadJsonAsync(http);
        RequestRules.CheckNames(body.Fields, Creatable);
        var isAdmin = RequestRules.Boolean(body.Fields, "admin") ?? false;
        var webhook = KeySettings.Webhook(body);
        if (webhook is { Url: null })
        {
            throw RequestRules.Invalid("webhook.url is required", "webhook.url");
        }

        var draft = new ApiKey
        {
            Id = "",
            Hint = "",
            CreatedAt = default,
            Name = Name(body.Fields) ?? throw RequestRules.Invalid("name is required", "name"),
            IsAdmin = isAdmin,
            Models = Models(body.Fields, catalog),
            Budget = KeySettings.Budget(body, before: null, isAdmin),
            Limits = KeySettings.Limits(body, KeyLimits.None, isAdmin),
            Waiting = KeySettings.Waiting(body, KeyWaiting.ToTheEnd),
            Webhook = webhook?.Url is { } url ? new KeyWebhook(url, webhook.Secret is not null) : null,
            ExpiresAt = ExpiresAt(body.Fields, time),
        };
        var (key, secret) = await keys.CreateAsync(draft, secret: null, webhook?.Secret, http.RequestAborted);
        http.Response.Headers.Location = $"/admin/keys/{key.Id}";
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(KeyWire.Of(key, await balances.FindAsync(key.Id, http.RequestAborted), secret), KeysWire.Default.KeyWire, statusCode: StatusCodes.Status201Created);
    }

    public static async Task<IResult> ListAsync(HttpContext http, KeyStore keys, KeyBalances balances)
    {
        var paging = Paging.Of(http);
        var found = await keys.ListAsync(paging.Limit + 1, paging.After, http.RequestAborted);
        var shown = found.Take(paging.Limit).ToList();
        var spending = await balances.OfAsync([.. shown.Select(key => key.Id)], http.RequestAborted);
        return Results.Json(new KeyListWire([.. shown.Select(key => KeyWire.Of(key, spending.GetValueOrDefault(key.Id)))], found.Count > paging.Limit), KeysWire.Default.KeyListWire);
    }

    public static async Task<IResult> GetAsync(HttpContext http, string id, KeyStore keys, KeyBalances balances) =>
        await AnswerAsync(http, await keys.GetAsync(id, http.RequestAborted), balances);

    /// <summary>The only call that changes what a key has spent; it says by how much and why.</summary>
    public static async Task<IResult> AdjustAsync(HttpContext http, string id, KeyStore keys, KeyBalances balances, Booking booking)
    {
        using var body = await RequestBody.ReadJsonAsync(http);
        RequestRules.CheckNames(body.Fields, Adjustable);
        body.Fields.TryGet("amount", out var given);
        var amount = Amounts.Read(given, "amount", -Budget.Largest, Budget.Largest) ?? throw RequestRules.Invalid("amount is required, like \"3.50\" or \"-1.00\"", "amount");
        if (amount.Value == 0)
        {
            throw RequestRules.Invalid("amount must not be 0", "amount");
        }

        var note = RequestRules.Text(body.Fields, "note") is { } text
            ? text.Length <= LongestNote ? text : throw RequestRules.Invalid($"note must be at most {LongestNote} characters", "note")
            : throw RequestRules.Invalid("note is required: the ledger keeps why", "note");
        var key = await keys.GetAsync(id, http.RequestAborted);
        await booking.AdjustAsync(key.Id, amount, note, http.RequestAborted);
        return await AnswerAsync(http, key, balances);
    }

    public static async Task<IResult> ChangeAsync(HttpContext http, string id, KeyStore keys, KeyBalances balances, ModelCatalog catalog, TimeProvider time)
    {
        using var body = await RequestBody.ReadJsonAsync(http);
        var fields = body.Fields;
        RequestRules.CheckNames(fields, Changeable);
        var key = await keys.GetAsync(id, http.RequestAborted);
        key = key with
        {
            Name = Name(fields) ?? key.Name,
            Models = fields.TryGet("models", out _) ? Models(fields, catalog) : body.IsNull("models") ? null : key.Models,
            ExpiresAt = fields.TryGet("expires_at", out _) ? ExpiresAt(fields, time) : body.IsNull("expires_at") ? null : key.ExpiresAt,
            Budget = KeySettings.Budget(body, key.Budget, key.IsAdmin),
            Limits = KeySettings.Limits(body, key.Limits, key.IsAdmin),
            Waiting = KeySettings.Waiting(body, key.Waiting),
            DisabledAt = RequestRules.Boolean(fields, "disabled") switch
            {
                true => key.DisabledAt ?? time.GetUtcNow(),
                false => null,
                null => key.DisabledAt,
            },
        };
        var webhook = KeySettings.Webhook(body);
        if (webhook is { Url: null } && key.Webhook is null)
        {
            throw RequestRules.Invalid("webhook.url is required", "webhook.url");
        }

        await keys.UpdateAsync(key, http.RequestAborted);
        if (webhook is not null)
        {
            await keys.SetWebhookAsync(id, webhook.Url ?? key.Webhook?.Url, webhook.Secret, webhook.KeepsSecret, http.RequestAborted);
        }
        else if (body.IsNull("webhook"))
        {
            await keys.SetWebhookAsync(id, url: null, secret: null, keepSecret: false, http.RequestAborted);
        }

        return await AnswerAsync(http, await keys.GetAsync(id, http.RequestAborted), balances);
    }

    public static async Task<IResult> DeleteAsync(HttpContext http, string id, KeyStore keys)
    {
        await keys.DeleteAsync(id, http.RequestAborted);
        return Results.Json(new KeyDeletedWire(id), KeysWire.Default.KeyDeletedWire);
    }

    public static async Task<IResult> RotateAsync(HttpContext http, string id, KeyStore keys, KeyBalances balances)
    {
        var (key, secret) = await keys.RotateAsync(id, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(KeyWire.Of(key, await balances.FindAsync(id, http.RequestAborted), secret), KeysWire.Default.KeyWire);
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, ApiKey key, KeyBalances balances) =>
        Results.Json(KeyWire.Of(key, await balances.FindAsync(key.Id, http.RequestAborted)), KeysWire.Default.KeyWire);

    private static string? Name(RequestFields fields) =>
        RequestRules.Text(fields, "name") is { } name
            ? name.Length <= LongestName ? name : throw RequestRules.Invalid($"name must be at most {LongestName} characters", "name")
            : null;

    private static IReadOnlyList<string>? Models(RequestFields fields, ModelCatalog catalog)
    {
        if (!fields.TryGet("models", out var value))
        {
            return null;
        }

        if (!value.IsArray)
        {
            throw RequestRules.Invalid("models must be an array of model names", "models");
        }

        var models = new List<string>();
        foreach (var item in value.Items)
        {
            models.Add(item.TryText(out var name) ? catalog.Find(name).Name : throw RequestRules.Invalid("models must be an array of model names", "models"));
        }

        return models;
    }

    // Seconds since 1970, as OpenAI's own objects have it, or ISO 8601.
    private static DateTimeOffset? ExpiresAt(RequestFields fields, TimeProvider time)
    {
        if (!fields.TryGet("expires_at", out var value))
        {
            return null;
        }

        DateTimeOffset? at = value.TryInteger(out var seconds) && seconds is > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : value.TryText(out var text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed : null;
        return at > time.GetUtcNow() ? at : throw RequestRules.Invalid("expires_at must be a time in the future, as seconds since 1970 or ISO 8601", "expires_at");
    }
}
