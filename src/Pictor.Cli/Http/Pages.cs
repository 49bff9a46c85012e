using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Pictor.Cli.Http;

/// <summary>Walks through a list of the server, page by page, up to a number of items.</summary>
internal static class Pages
{
    private const int PageSize = 100;

    public static async IAsyncEnumerable<JsonElement> ReadAsync(GatewayClient client, string path, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (after, given) = ((string?)null, 0);
        while (given < most)
        {
            var query = $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={Math.Min(PageSize, most - given)}{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}";
            var page = (await client.GetAsync(path + query, cancellationToken)).Body;
            var last = after;
            foreach (var item in page.Member("data").Items())
            {
                last = item.Text("id");
                if (given++ < most)
                {
                    yield return item;
                }
            }

            if (page.Text("has_more") is not "true" || last is null || last == after)
            {
                yield break;
            }

            after = last;
        }
    }
}
