using Pictor.Catalog;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Ledger;

namespace Pictor.Api.Admin;

/// <summary><c>/admin/prices</c>: what pictures cost here, beside what their vendors ask. The only call that changes a price, and it changes nothing else.</summary>
internal static class PricesEndpoint
{
    private const int MostRows = 100;
    private static readonly string[] Known = ["price", "list_price", "rows", "source", "effective_from"];
    private static readonly string[] RowNames = ["quality", "shape", "max_pixels", "price", "list_price"];

    /// <summary>In the order of the catalogue; <c>after</c> is a model's name.</summary>
    public static IResult List(HttpContext http, ModelCatalog catalog)
    {
        var paging = Paging.Of(http);
        var found = catalog.Models.ToList();
        if (paging.After is { } after)
        {
            var place = found.FindIndex(model => model.Name == after);
            found.RemoveRange(0, place >= 0 ? place + 1 : throw RequestRules.Invalid("after must be the name of a model of the list", "after"));
        }

        return Results.Json(
            new PriceListWire([.. found.Take(paging.Limit).Select(model => PriceWire.Of(model, catalog.ScheduledFor(model.Name)))], found.Count > paging.Limit),
            PricesWire.Default.PriceListWire);
    }

    public static async Task<IResult> PutAsync(HttpContext http, string model, ModelCatalog catalog, PriceStore store, TimeProvider time)
    {
        using var body = await RequestBody.ReadJsonAsync(http);
        var fields = body.Fields;
        RequestRules.CheckNames(fields, Known);
        if (!catalog.Models.Any(known => known.Name == model))
        {
            throw new GatewayException(ErrorKind.ModelNotFound, $"The model '{(model.Length > 100 ? model[..100] + "…" : model)}' does not exist.", "model");
        }

        var now = time.GetUtcNow();
        var from = EffectiveFrom(fields, now);
        var source = RequestRules.Text(fields, "source") ?? $"admin, {now:yyyy-MM-dd}";
        var rows = fields.TryGet("rows", out var given) ? Rows(fields, given) : [Row(fields)];
        await store.SetAsync(new ScheduledPrice(model, from, new Price("USD", rows, source.Length <= 200 ? source : source[..200])), http.RequestAborted);
        return Results.Json(PriceWire.Of(catalog.Models.First(known => known.Name == model), catalog.ScheduledFor(model)), PricesWire.Default.PriceWire);
    }

    private static PriceRow Row(RequestFields fields)
    {
        fields.TryGet("price", out var price);
        fields.TryGet("list_price", out var list);
        return Row("", price, list, new PriceRow(null, null, default, default));
    }

    private static List<PriceRow> Rows(RequestFields fields, FieldValue value)
    {
        if (fields.TryGet("price", out _) || fields.TryGet("list_price", out _))
        {
            throw RequestRules.Invalid("either price or rows, not both", "rows");
        }

        var items = value.IsArray ? value.Items.ToList() : [];
        if (items.Count is 0 or > MostRows)
        {
            throw RequestRules.Invalid($"rows must be an array of 1 to {MostRows} objects", "rows");
        }

        var rows = new List<PriceRow>();
        foreach (var item in items)
        {
            var name = $"rows[{rows.Count}]";
            KeySettings.CheckObject(item, name, RowNames);
            var shape = Word(item.Member("shape"), $"{name}.shape");
            if (shape is not null && !PriceRow.Shapes.Contains(shape, StringComparer.Ordinal))
            {
                throw RequestRules.Invalid($"{name}.shape must be one of {string.Join(", ", PriceRow.Shapes)}", $"{name}.shape");
            }

            var conditions = new PriceRow(Word(item.Member("quality"), $"{name}.quality"), shape, default, default, MaxPixels(item.Member("max_pixels"), $"{name}.max_pixels"));
            rows.Add(Row(name + ".", item.Member("price"), item.Member("list_price"), conditions));
        }

        return Price.Flaw(rows) is { } flaw ? throw RequestRules.Invalid(flaw, "rows") : rows;
    }

    private static PriceRow Row(string prefix, FieldValue price, FieldValue list, PriceRow conditions)
    {
        var ours = Amounts.Read(price, prefix + "price", 0m, Price.Largest) ?? throw RequestRules.Invalid($"{prefix}price is required, like \"0.035\"", prefix + "price");
        return conditions with { Ours = ours, List = Amounts.Read(list, prefix + "list_price", 0m, Price.Largest) ?? ours };
    }

    private static long? MaxPixels(FieldValue value, string param) =>
        value.IsNull ? null : value.TryInteger(out var pixels) && pixels is >= 1 and <= PriceRow.MostPixels ? pixels : throw RequestRules.Invalid($"{param} must be a whole number from 1 to {PriceRow.MostPixels}: width times height", param);

    private static string? Word(FieldValue value, string param) =>
        value.IsNull ? null : value.TryText(out var text) && text.Length is > 0 and <= 60 ? text : throw RequestRules.Invalid($"{param} must be a short text", param);

    // What was is not changed afterwards: the past has its quotes.
    private static DateTimeOffset EffectiveFrom(RequestFields fields, DateTimeOffset now)
    {
        if (!fields.TryGet("effective_from", out var value))
        {
            return now;
        }

        var at = QueryFilters.ParseTime(value.ToString());
        return at is { } from && from >= now && from < now.AddYears(10)
            ? from
            : throw RequestRules.Invalid("effective_from must be a time in the next ten years, as ISO 8601 or seconds since 1970; leave it out for now", "effective_from");
    }
}
