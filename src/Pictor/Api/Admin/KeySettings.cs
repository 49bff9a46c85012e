using Pictor.Catalog;
using Pictor.Images;
using Pictor.Keys;

namespace Pictor.Api.Admin;

/// <summary>Reads the budget and the limits of a key as administrators write them.</summary>
internal static class KeySettings
{
    private static readonly string[] BudgetNames = ["amount", "period"];
    private static readonly string[] WebhookNames = ["url", "secret"];
    private static readonly string[] WaitingNames = ["seconds", "then", "accepted_status"];
    private static readonly string[] LimitNames = ["requests_per_minute", "images_per_minute", "concurrent"];

    /// <summary>The new budget; what is not said about it stays as it was.</summary>
    public static Budget? Budget(RequestBody body, Budget? before, bool isAdmin)
    {
        if (body.IsNull("budget"))
        {
            return null;
        }

        if (!body.Fields.TryGet("budget", out var value))
        {
            return before;
        }

        if (isAdmin)
        {
            throw RequestRules.Invalid("an admin key is unlimited; make an ordinary key for a budget", "budget");
        }

        CheckObject(value, "budget", BudgetNames);
        var amount = Amounts.Read(value.Member("amount"), "budget.amount", 0m, Keys.Budget.Largest) ?? before?.Amount
            ?? throw RequestRules.Invalid("budget.amount is required, like \"3.50\"", "budget.amount");
        return new Budget(amount, value.Member("period") switch
        {
            { IsNull: true } => before?.IsMonthly ?? false,
            var period when period.TryText(out var word) && word is "once" or "month" => period.ToString() == "month",
            _ => throw RequestRules.Invalid("budget.period must be one of 'once', 'month'", "budget.period"),
        });
    }

    /// <summary>The new limits: a member with null takes one away, an absent one stays.</summary>
    public static KeyLimits Limits(RequestBody body, KeyLimits before, bool isAdmin)
    {
        if (body.IsNull("limits"))
        {
            return KeyLimits.None;
        }

        if (!body.Fields.TryGet("limits", out var value))
        {
            return before;
        }

        if (isAdmin)
        {
            throw RequestRules.Invalid("an admin key is unlimited; make an ordinary key for limits", "limits");
        }

        CheckObject(value, "limits", LimitNames);
        var names = value.ToJson().EnumerateObject().Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
        return new KeyLimits(
            Limit("requests_per_minute", before.RequestsPerMinute),
            Limit("images_per_minute", before.ImagesPerMinute),
            Limit("concurrent", before.Concurrent));

        int? Limit(string name, int? now)
        {
            var member = value.Member(name);
            if (member.IsNull)
            {
                return names.Contains(name) ? null : now;
            }

            return member.TryInteger(out var limit) && limit is >= 1 and <= KeyLimits.Largest
                ? (int)limit
                : throw RequestRules.Invalid($"limits.{name} must be between 1 and {KeyLimits.Largest}", $"limits.{name}");
        }
    }

    /// <summary>How the key's calls wait; what is not said about it stays as it was.</summary>
    public static KeyWaiting Waiting(RequestBody body, KeyWaiting before)
    {
        if (body.IsNull("waiting"))
        {
            return KeyWaiting.ToTheEnd;
        }

        if (!body.Fields.TryGet("waiting", out var value))
        {
            return before;
        }

        CheckObject(value, "waiting", WaitingNames);
        var after = value.Member("seconds") switch
        {
            { IsNull: true } => before.After,
            var given when given.TryInteger(out var seconds) && seconds is >= 1 and <= KeyWaiting.Longest => TimeSpan.FromSeconds(seconds),
            _ => throw RequestRules.Invalid($"waiting.seconds must be between 1 and {KeyWaiting.Longest}", "waiting.seconds"),
        };
        var isBlank = value.Member("then") switch
        {
            { IsNull: true } => before.IsBlank,
            var then when then.TryText(out var word) && word is KeyWaiting.ThenAccepted or KeyWaiting.ThenBlank => then.ToString() == KeyWaiting.ThenBlank,
            _ => throw RequestRules.Invalid($"waiting.then must be one of '{KeyWaiting.ThenAccepted}', '{KeyWaiting.ThenBlank}'", "waiting.then"),
        };
        return new KeyWaiting(after, isBlank, value.Member("accepted_status") switch
        {
            { IsNull: true } => before.AcceptedStatus,
            var status when status.TryInteger(out var number) && number is StatusCodes.Status200OK or StatusCodes.Status202Accepted => (int)number,
            _ => throw RequestRules.Invalid("waiting.accepted_status must be 202 or 200", "waiting.accepted_status"),
        });
    }

    /// <summary>The standing webhook as it is to be; null when nothing is said about it.</summary>
    public static WebhookSetting? Webhook(RequestBody body)
    {
        if (!body.Fields.TryGet("webhook", out var value))
        {
            return null;
        }

        CheckObject(value, "webhook", WebhookNames);
        var inside = new RequestFields();
        inside.Add("webhook.secret", value.Member("secret"));
        var url = value.Member("url");
        if (!url.IsNull && !(url.TryText(out var text) && RequestRules.IsWebhookUrl(text)))
        {
            throw RequestRules.Invalid("webhook.url must be a valid HTTP or HTTPS URL", "webhook.url");
        }

        var saysSecret = value.ToJson().EnumerateObject().Any(member => member.Name == "secret");
        return new WebhookSetting(url.IsNull ? null : url.ToString(), RequestRules.WebhookSecret(inside, "webhook.secret"), KeepsSecret: !saysSecret);
    }

    /// <summary>Refuses what is no object, and members that would not be kept.</summary>
    public static void CheckObject(FieldValue value, string param, string[] known)
    {
        if (value.IsArray || value.TryText(out _) || value.ToJson() is not { ValueKind: System.Text.Json.JsonValueKind.Object } json)
        {
            throw RequestRules.Invalid($"{param} must be an object with {string.Join(", ", known)}", param);
        }

        foreach (var member in json.EnumerateObject().Where(member => !known.Contains(member.Name, StringComparer.Ordinal)))
        {
            throw RequestRules.Invalid($"{param} has no member '{(member.Name.Length > 60 ? member.Name[..60] + "…" : member.Name)}'; there are {string.Join(", ", known)}", param);
        }
    }
}

/// <summary>A standing webhook as it was written.</summary>
/// <param name="Url">Null leaves the one there is.</param>
/// <param name="Secret">Null for none.</param>
/// <param name="KeepsSecret">True when nothing was said about it.</param>
internal sealed record WebhookSetting(string? Url, string? Secret, bool KeepsSecret);
