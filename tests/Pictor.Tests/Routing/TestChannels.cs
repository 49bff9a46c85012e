using Pictor.FakeUpstreams;

namespace Pictor.Tests.Routing;

/// <summary>Channels to fake vendors, as settings.</summary>
internal static class TestChannels
{
    /// <param name="fake">The vendors.</param>
    /// <param name="id">The channel.</param>
    /// <param name="dialect">The fake's name of the vendor; what speaks like OpenAI is told apart by the channel's Dialect.</param>
    /// <param name="models">As in the settings.</param>
    /// <param name="more">Like <c>Priority=1</c>.</param>
    public static string[] Of(FakeUpstream fake, string id, string dialect, string models, params string[] more)
    {
        var speaksOpenAI = dialect is "openai" or "relay" or "chat";
        return
        [
            $"Pictor:Channels:{id}:Provider={(speaksOpenAI ? "openai" : dialect)}",
            $"Pictor:Channels:{id}:Dialect={(speaksOpenAI ? dialect : "")}",
            $"Pictor:Channels:{id}:BaseUrl={fake.BaseOf(dialect, speaksOpenAI ? "/v1" : "")}",
            $"Pictor:Channels:{id}:Credential={FakeOptions.UsualCredential}",
            $"Pictor:Channels:{id}:Models={models}",
            "Pictor:Upstream:Allow:fake=127.0.0.0/8:*",
            "Pictor:Upstream:RefusalTime=00:00:00",
            .. more.Select(setting => $"Pictor:Channels:{id}:{setting}"),
        ];
    }

    /// <summary>An answer of a status with a body of any JSON, for <see cref="FaultQueue"/> and for prompts.</summary>
    public static string Raw(int status, string json) => $"status={status} raw={Uri.EscapeDataString(json)}";
}
