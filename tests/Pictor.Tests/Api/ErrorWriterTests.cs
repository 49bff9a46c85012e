using Pictor.Api;
using Pictor.Errors;

namespace Pictor.Tests.Api;

public sealed class ErrorWriterTests
{
    public static TheoryData<string> Kinds => [.. Enum.GetNames<ErrorKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Says_when_to_come_back_on_every_429_and_503_and_nowhere_else(string kind)
    {
        var row = ErrorTable.Row(Enum.Parse<ErrorKind>(kind));
        var headers = await HeadersAsync(new GatewayError(row.Kind, "x"));

        (headers.RetryAfter.Count, headers["retry-after-ms"].Count).ShouldBe(row is { Status: 429 or 503, SdkMayRetry: true } ? (1, 1) : (0, 0));
    }

    [Theory]
    [InlineData(0.2, "1", "200")]
    [InlineData(7, "7", "7000")]
    [InlineData(3600, "60", "60000")]
    public async Task Keeps_what_was_said_within_what_SDKs_obey(double seconds, string told, string milliseconds)
    {
        var headers = await HeadersAsync(new GatewayError(ErrorKind.UpstreamRateLimited, "x", RetryAfter: TimeSpan.FromSeconds(seconds)));

        headers.RetryAfter.ToString().ShouldBe(told);
        headers["retry-after-ms"].ToString().ShouldBe(milliseconds);
    }

    private static async Task<IHeaderDictionary> HeadersAsync(GatewayError error)
    {
        var http = new DefaultHttpContext();
        await ErrorWriter.WriteAsync(http, error);
        return http.Response.Headers;
    }
}
