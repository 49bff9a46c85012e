using System.Globalization;
using System.Text;
using Pictor.Errors;

namespace Pictor.Tests.Docs;

/// <summary>docs/errors.md: what every error means, from the table that decides it.</summary>
internal static class ErrorsPage
{
    private const string Start = """
        # Errors

        <!-- Made from src/Pictor/Errors/ErrorTable.cs by tests/Pictor.Tests/Docs. Change the table, then: PICTOR_WRITE_DOCS=1 dotnet test tests/Pictor.Tests --filter GeneratedDocs -->

        Every failure has OpenAI's body, and the answer carries `x-request-id`:

        ```json
        {
          "error": {
            "message": "seed must be between 0 and 4294967295",
            "type": "invalid_request_error",
            "param": "seed",
            "code": null
          }
        }
        ```

        `code` is what a program should look at. `message` is for people, and the messages about parameters in [api.md](api.md)
        do not change. Where the table says that an SDK should not try again, the answer has `x-should-retry: false`: a new try could
        pay twice or cannot help. `Retry-After` is 1 to 60 seconds. The same `error` object stands in a job that failed.
        A vendor's own code for refused content, such as `moderation_blocked`, stands in the place of the table's.

        """;

    private const string End = """

        ## For operators

        What the gateway itself makes of an error. *Next channel* is yes only where it is known that nothing was accepted upstream.
        *Breaker* says whether the failure counts against the health of the channel.

        """;

    private static readonly (ErrorSide Side, string Title)[] Sides =
    [
        (ErrorSide.Client, "What the caller can change"),
        (ErrorSide.Gateway, "What the gateway says of itself"),
        (ErrorSide.Upstream, "What came from upstream"),
    ];

    public static string Write()
    {
        var page = new StringBuilder(Start);
        foreach (var (side, title) in Sides)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| Status | `code` | `type` | Try again | What it means |\n|---|---|---|---|---|\n");
            foreach (var row in ErrorTable.Rows.Where(row => row.Side == side))
            {
                page.Append(CultureInfo.InvariantCulture, $"| {row.Status} | {Code(row)} | `{row.Type}` | {YesOrNo(row.SdkMayRetry)} | {row.Meaning} |\n");
            }
        }

        page.Append(End).Append("\n| Kind | Side | Next channel | Breaker |\n|---|---|---|---|\n");
        foreach (var row in ErrorTable.Rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {row.Kind} | {row.Side.ToString().ToLowerInvariant()} | {YesOrNo(row.TryNextChannel)} | {YesOrNo(row.HurtsHealth)} |\n");
        }

        return page.ToString().ReplaceLineEndings("\n");
    }

    private static string Code(ErrorRow row) => row.Code is null ? "null" : $"`{row.Code}`";

    private static string YesOrNo(bool yes) => yes ? "yes" : "no";
}
