namespace Pictor.FakeUpstreams;

/// <summary>The place where vendors' result links point to: <c>/files/1024x1024-1.png</c>.</summary>
internal sealed class PictureFiles : IDialect
{
    public string Name => "files";

    public void Map(IEndpointRouteBuilder routes, FakeExchange exchange) =>
        routes.MapGet("/files/{name}", exchange.Endpoint(this, Stages.Picture, Answer));

    public FakeAnswer Error(int status, string message, string? code) => FakeAnswer.Text(status, message, "text/plain");

    private FakeAnswer Answer(FakeCall call)
    {
        call.UseTask(Directives.Parse(call.Http.Request.Query["fake"].ToString()));
        if (call.Credential is not null)
        {
            return Error(403, "This place wants no credential.", null).Refused("credential on the wrong host");
        }

        if (!FakePicture.TryRead((string)call.Http.Request.RouteValues["name"]!, out var picture))
        {
            return Error(404, "No such picture.", null).Refused("unknown picture");
        }

        byte[] bytes = call.Directives["fault"] switch
        {
            "garbage" => "this is no picture at all"u8.ToArray(),
            "no-bytes" => [],
            _ => call.Fake.Pictures.Bytes(picture),
        };
        return new FakeAnswer { Status = 200, ContentType = picture.MediaType, Body = [bytes] };
    }
}
