using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pictor.Providers;
using Pictor.Upstream;

namespace Pictor.Tests.Providers;

/// <summary>The exchange that the polling providers send with, over a bench's client.</summary>
internal static class Exchanges
{
    public static UpstreamExchange Of(UpstreamClient client, UpstreamOptions options, TimeProvider time) =>
        new(client, Options.Create(options), time, NullLogger<UpstreamExchange>.Instance);
}
