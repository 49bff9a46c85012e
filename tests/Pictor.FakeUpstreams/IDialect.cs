using Pictor.FakeUpstreams.OpenAI;
using Pictor.FakeUpstreams.Relay;

namespace Pictor.FakeUpstreams;

/// <summary>One vendor as it is seen over HTTP.</summary>
public interface IDialect
{
    /// <summary>Also the first part of its paths: <c>/openai/v1/…</c>.</summary>
    string Name { get; }

    void Map(IEndpointRouteBuilder routes, FakeExchange exchange);

    /// <summary>An error in this vendor's own layout.</summary>
    FakeAnswer Error(int status, string message, string? code);
}

/// <summary>The one list of dialects, alphabetical.</summary>
public static class Dialects
{
    public static IReadOnlyList<IDialect> All { get; } =
    [
        new AzureDialect(),
        new BlackForestLabs(),
        new ChatDialect(),
        new Fal(),
        new OpenAIDialect(),
        new PictureFiles(),
        new RelayDialect(),
        new Replicate(),
    ];
}
