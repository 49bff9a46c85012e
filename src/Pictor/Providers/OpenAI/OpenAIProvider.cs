using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Pictor.Errors;
using Pictor.Images;
using Pictor.Imaging;
using Pictor.Upstream;
using Pictor.Upstream.Splitting;

namespace Pictor.Providers.OpenAI;

/// <summary>OpenAI, Azure, and every relay that speaks their Images API or makes pictures in a chat. They all answer at once.</summary>
internal sealed class OpenAIProvider(UpstreamClient client, UpstreamExchange exchange, IOptions<UpstreamOptions> upstream, TimeProvider time) : IProvider
{
    private const int LargestError = 64 * 1024;
    private const long LargestPicture = 64 * 1024 * 1024;

    public string Name => "openai";

    public bool IsFreeAndRepeatable => false;

    public IReadOnlyList<ProviderModel> Models => OpenAIModels.All;

    public bool ChoosesSize(ChannelSettings channel) => true;

    public bool PassesUnjudged(ChannelSettings channel) => OpenAISettings.Read(channel).Dialect == OpenAIDialect.Relay;

    public IReadOnlyList<string> OwnSettings => OpenAISettings.Names;

    public IEnumerable<string> Mistakes(ChannelSettings channel) => OpenAISettings.Mistakes(channel);

    public int? PerCall(ChannelSettings channel, string model, string upstreamModel) =>
        OpenAISettings.Read(channel).Dialect == OpenAIDialect.Chat ? 1 : OpenAIModels.Find(upstreamModel, model)?.MaxPerCall ?? 1;

    public IReadOnlyList<Warning> Adaptations(ProviderCall call) => OpenAIMapping.Adaptations(call, OpenAISettings.Read(call.Channel));

    public async ValueTask<ProviderOutcome> StartAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        var options = OpenAISettings.Read(call.Channel);
        if (OpenAISettings.Mistakes(call.Channel).FirstOrDefault() is { } mistake)
        {
            return new ProviderOutcome.Failed(new GatewayError(ErrorKind.UpstreamUnreachable, $"The channel's settings are wrong: {mistake}"));
        }

        var most = options.IsStrict ? OpenAIModels.For(call).Capabilities.MaxReferences : OpenAIModels.MostReferences;
        if (ReferenceFit.Check(call, most, mask: options.IsStrict ? OpenAIModels.For(call).Capabilities.Mask : options.Dialect == OpenAIDialect.Relay) is { } refused)
        {
            return new ProviderOutcome.Failed(refused);
        }

        call = call with { References = await ReferenceFit.FitAsync(call, most, SideBySide.Save, cancellationToken) };
        if (options.IsStrict && SquarePng.IsNeeded(call))
        {
            var whole = call;
            call = await Task.Run(() => SquarePng.Apply(whole), cancellationToken);
        }

        var outcome = await SendAsync(call, options, cancellationToken);

        // Refused means not run and not billed; this is the one request that is sent a second time.
        return options.Dialect == OpenAIDialect.Relay && !call.Request.IsStrict && call.Request.Gave("quality") && RefusesQuality(outcome)
            ? WithoutQuality(await SendAsync(call with { Request = call.Request with { Given = [.. call.Request.Given.Where(name => name != "quality")] } }, options, cancellationToken), call)
            : outcome;
    }

    public ValueTask<ProviderOutcome> CheckAsync(ProviderCall call, string handle, CancellationToken cancellationToken) =>
        new(new ProviderOutcome.Failed(new GatewayError(ErrorKind.UpstreamOutcomeUnknown, "This upstream answers at once and keeps nothing to look at.")));

    /// <summary>Lists the models, which no vendor bills.</summary>
    public async ValueTask<GatewayError?> TestAsync(ChannelSettings channel, CancellationToken cancellationToken)
    {
        var options = OpenAISettings.Read(channel);
        return await exchange.TestAsync(OpenAIMapping.ModelsAddress(channel, options), OpenAIMapping.Credential(channel, options), _ => false, cancellationToken);
    }

    private static bool RefusesQuality(ProviderOutcome outcome) =>
        outcome is ProviderOutcome.Failed { Error: { Kind: ErrorKind.UpstreamRefused } error }
        && (error.Param == "quality" || error.Message.Contains("quality", StringComparison.OrdinalIgnoreCase));

    private static ProviderOutcome WithoutQuality(ProviderOutcome outcome, ProviderCall call) => outcome is ProviderOutcome.Done done
        ? done with { Warnings = [.. done.Warnings, Warning.Ignored("quality", call.Request.Quality, "The upstream refused 'quality'; the request was sent again without it.")] }
        : outcome;

    private async Task<ProviderOutcome> SendAsync(ProviderCall call, OpenAISettings options, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(upstream.Value.CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var request = Preparation.Of(() => Request(call, options));
        string? id = null;
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            id = UpstreamIds.Of(response.Headers);
            return Named(response.IsSuccessStatusCode
                ? Costed(await ReadAsync(response, call, options, deadline.Token, either.Token), call, options)
                : new ProviderOutcome.Failed(OpenAIErrors.Of(await ReadErrorAsync(response, either.Token), call, time.GetUtcNow())));
        }
        catch (GatewayException fault) when (fault.Error.Kind == ErrorKind.StorageUnavailable)
        {
            // It came, and is billed: nobody may take this for "nothing was sent" and ask again.
            return Named(SubmitErrors.Unreadable("with a picture that the gateway's disk does not take"));
        }
        catch (Exception fault) when (fault is GatewayException or BodyTooLongException or InvalidDataException)
        {
            return Named(SubmitErrors.Unreadable("with something that cannot be read"));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return Named(new ProviderOutcome.Failed(UpstreamFailure.Of(fault, request).ToError()));
        }

        ProviderOutcome Named(ProviderOutcome outcome) => outcome with { UpstreamId = id };
    }

    // A relay asks prices of its own, which only its operator knows.
    private static ProviderOutcome Costed(ProviderOutcome outcome, ProviderCall call, OpenAISettings options)
    {
        var isOwn = options.Dialect == OpenAIDialect.Azure || call.Channel.BaseUrl is null;
        var prices = options.TokenPrices ?? (isOwn && OpenAIModels.Find(call.UpstreamModel, call.Request.Model) is { } model ? TokenPrices.Of(model.Name) : null);
        return outcome is ProviderOutcome.Done { Usage: { } usage, UpstreamCost: null } done ? done with { UpstreamCost = prices?.CostOf(usage) } : outcome;
    }

    private static HttpRequestMessage Request(ProviderCall call, OpenAISettings options)
    {
        var (door, content) = Content(call, options);
        var request = new HttpRequestMessage(HttpMethod.Post, OpenAIMapping.Address(call, options, door)) { Content = content };
        var (name, value) = OpenAIMapping.Credential(call.Channel, options);
        request.Headers.TryAddWithoutValidation(name, value);
        if (options.Organization is not null)
        {
            request.Headers.TryAddWithoutValidation("OpenAI-Organization", options.Organization);
        }

        if (options.Project is not null)
        {
            request.Headers.TryAddWithoutValidation("OpenAI-Project", options.Project);
        }

        return request;
    }

    private static (string Door, HttpContent Content) Content(ProviderCall call, OpenAISettings options)
    {
        var files = new FileMarks();
        if (options.Dialect == OpenAIDialect.Chat)
        {
            return ("chat/completions", Json(ChatMapping.Body(call, options, files), files));
        }

        if (OpenAIMapping.IsVariation(call, options))
        {
            var drawnAnew = OpenAIMapping.Parameters(call, options, isEdit: true);
            drawnAnew.Remove("prompt");
            return ("images/variations", Form(drawnAnew, call));
        }

        var way = call.References.Count > 0 ? OpenAIMapping.WayOf(call, options) : ReferenceWay.Auto;
        var parameters = OpenAIMapping.Parameters(call, options, isEdit: way == ReferenceWay.Edits);
        switch (way)
        {
            case ReferenceWay.Edits:
                return ("images/edits", Form(parameters, call));
            case ReferenceWay.Prompt:
                parameters["prompt"] = OpenAIMapping.HeadedPrompt(call);
                break;
            case ReferenceWay.Image:
                parameters["image"] = new JsonArray([.. call.References.Select(reference => JsonValue.Create($"data:{reference.MediaType};base64,{files.Add(reference.Path)}"))]);
                break;
        }

        return ("images/generations", Json(parameters, files));
    }

    private static HttpContent Json(JsonObject body, FileMarks files) => files.ToContent(Encoding.UTF8.GetBytes(body.ToJsonString()));

    private static MultipartFormDataContent Form(JsonObject parameters, ProviderCall call)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in parameters)
        {
            form.Add(new StringContent(value is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : value?.ToJsonString() ?? "", Encoding.UTF8, (MediaTypeHeaderValue?)null!), $"\"{name}\"");
        }

        for (var position = 0; position < call.References.Count; position++)
        {
            Add(call.References[position], call.References.Count == 1 ? "image" : "image[]", $"image-{position}");
        }

        if (call.Mask is { } mask)
        {
            Add(mask, "mask", "mask");
        }

        return form;

        void Add(ReferencePicture picture, string name, string file)
        {
            var part = new StreamContent(new FileStream(picture.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, useAsync: true));
            part.Headers.ContentType = new MediaTypeHeaderValue(picture.MediaType);
            form.Add(part, $"\"{name}\"", $"\"{file}.{picture.MediaType["image/".Length..]}\"");
        }
    }

    private static async Task<UpstreamAnswer> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await BodyLimits.ReadStartAsync(response.Content, LargestError, cancellationToken);
            return new UpstreamAnswer((int)response.StatusCode, response.Headers, body.Bytes.ToArray());
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException)
        {
            return new UpstreamAnswer((int)response.StatusCode, response.Headers, default);
        }
    }

    private async Task<ProviderOutcome> ReadAsync(HttpResponseMessage response, ProviderCall call, OpenAISettings options, CancellationToken deadline, CancellationToken cancellationToken)
    {
        await using var stream = await BodyLimits.OpenAsync(response.Content, upstream.Value.MaxAnswerBytes, cancellationToken);
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        try
        {
            return await AnswerReader.ReadAsync(reader, call, options.Dialect == OpenAIDialect.Chat, Split(call), deadline, cancellationToken);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private BodySplitLimits Split(ProviderCall call) => new()
    {
        Folder = call.WorkFolder,
        Pictures = UpstreamAnswer.PictureFields,
        LooksInText = true,
        MaxBodyBytes = upstream.Value.MaxAnswerBytes,
        MaxPictureBytes = LargestPicture,
        MaxTextBytes = 256 * 1024,
    };
}
