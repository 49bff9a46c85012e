using Pictor.Catalog;
using Pictor.Errors;

namespace Pictor.Api.Models;

/// <summary><c>GET /v1/models</c> and one model: those that the key may use.</summary>
internal static class ModelsEndpoint
{
    public static IResult List(HttpContext http, ModelCatalog catalog)
    {
        // Everything here makes images; a client that asks for another output gets an empty list.
        var wanted = http.Request.Query["output_modalities"].ToString();
        var models = catalog.Models.Where(model => model.Price is not null && http.Key().MayUse(model.Name) && (wanted.Length == 0 || wanted.Contains("image", StringComparison.OrdinalIgnoreCase)));
        return Results.Json(new ModelListWire([.. models.Select(ModelWire.Of)]), ModelsWire.Default.ModelListWire);
    }

    public static IResult Get(HttpContext http, string id, ModelCatalog catalog)
    {
        // A slash of a name comes as itself or, from clients that escape names, as %2F, which the router leaves alone.
        var model = catalog.Find(id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
        return http.Key().MayUse(model.Name)
            ? Results.Json(ModelWire.Of(model), ModelsWire.Default.ModelWire)
            : throw new GatewayException(ErrorKind.ModelNotFound, $"The model '{model.Name}' does not exist or you do not have access to it.", "model");
    }
}
