using System.Text.Json.Nodes;
using Pictor.Images;

namespace Pictor.Providers.OpenAI;

/// <summary>What a call becomes on the wire of the Images API. Pure.</summary>
internal static class OpenAIMapping
{
    private static readonly Uri Vendor = new("https://api.openai.com/v1");

    // Ours alone: a relay's upstream must never call the caller's webhook or see its secret.
    private static readonly HashSet<string> NeverPassed = ["webhook_url", "webhook_secret", "async", "url_expires_in"];

    /// <summary>The address of a door: <c>images/generations</c>, <c>images/edits</c> or <c>chat/completions</c>.</summary>
    public static Uri Address(ProviderCall call, OpenAISettings options, string door)
    {
        var root = call.Channel.Base(Vendor);
        if (options.Dialect != OpenAIDialect.Azure)
        {
            return ChannelAddress.Join(root, door);
        }

        if (IsNewAzure(root))
        {
            return new Uri($"{ChannelAddress.Join(root, door)}?api-version={Uri.EscapeDataString(options.ApiVersion ?? "v1")}");
        }

        var prefix = root.AbsolutePath.TrimEnd('/').EndsWith("/openai", StringComparison.Ordinal) ? "" : "openai/";
        var deployment = Uri.EscapeDataString(call.UpstreamModel);
        return new Uri($"{ChannelAddress.Join(root, $"{prefix}deployments/{deployment}/{door}")}?api-version={Uri.EscapeDataString(options.ApiVersion ?? "2025-04-01-preview")}");
    }

    /// <summary>The header that shows who calls.</summary>
    public static KeyValuePair<string, string> Credential(ChannelSettings channel, OpenAISettings options) =>
        options.Dialect == OpenAIDialect.Azure
            ? KeyValuePair.Create("api-key", channel.Credential?.Value ?? "")
            : KeyValuePair.Create("Authorization", "Bearer " + channel.Credential?.Value);

    /// <summary>The address of the list of models.</summary>
    public static Uri ModelsAddress(ChannelSettings channel, OpenAISettings options)
    {
        var root = channel.Base(Vendor);
        if (options.Dialect != OpenAIDialect.Azure)
        {
            return ChannelAddress.Join(root, "models");
        }

        var path = IsNewAzure(root) || root.AbsolutePath.TrimEnd('/').EndsWith("/openai", StringComparison.Ordinal) ? "models" : "openai/models";
        return new Uri($"{ChannelAddress.Join(root, path)}?api-version={Uri.EscapeDataString(options.ApiVersion ?? (IsNewAzure(root) ? "v1" : "2025-04-01-preview"))}");
    }

    /// <summary>How the reference images of this call travel.</summary>
    public static ReferenceWay WayOf(ProviderCall call, OpenAISettings options)
    {
        if (call.Mask is not null || options.IsStrict)
        {
            return ReferenceWay.Edits;
        }

        var haveLinks = call.References.All(reference => reference.Link is not null);
        return options.References switch
        {
            ReferenceWay.Prompt when !haveLinks => ReferenceWay.Edits,
            ReferenceWay.Auto => haveLinks && !OpenAIModels.IsGptImage(call) ? ReferenceWay.Prompt : ReferenceWay.Edits,
            _ => options.References,
        };
    }

    /// <summary>True where the vendor has a door for pictures that are drawn anew: dall-e-2 only.</summary>
    public static bool IsVariation(ProviderCall call, OpenAISettings options) =>
        options.IsStrict && call.Request.IsVariation && call.Mask is null && call.References.Count == 1
        && call.UpstreamModel.StartsWith("dall-e-2", StringComparison.Ordinal);

    /// <summary>The parameters of a call, as JSON values; a form writes the same ones as text.</summary>
    public static JsonObject Parameters(ProviderCall call, OpenAISettings options, bool isEdit) =>
        options.IsStrict ? Strict(call, options, isEdit) : Relayed(call, options);

    /// <summary>The prompt with the links of its references in front, in their order.</summary>
    public static string HeadedPrompt(ProviderCall call) =>
        string.Join(' ', call.References.Select(reference => reference.Link).Append(call.Request.Prompt));

    /// <summary>What is taken differently or not at all.</summary>
    public static IReadOnlyList<Warning> Adaptations(ProviderCall call, OpenAISettings options)
    {
        if (options.Dialect == OpenAIDialect.Relay)
        {
            return [];
        }

        if (options.Dialect == OpenAIDialect.Chat)
        {
            return [.. RequestFit.Ignored(call.Request, new HashSet<string>()), .. ChatShape(call.Request)];
        }

        var model = OpenAIModels.For(call).Capabilities;
        return
        [
            .. Size(call) is { } size ? RequestFit.SizeChange(call.Request, size) : [],
            .. RequestFit.Ignored(call.Request, Passed(call)),
            .. ReferenceFit.Change(call, model.MaxReferences),
            .. SquarePng.Changes(call),
        ];
    }

    /// <summary>True when unfinished pictures are asked for.</summary>
    public static bool Streams(ProviderCall call, OpenAISettings options) =>
        call.PartialImages > 0 && call.Partial is not null && options.Dialect != OpenAIDialect.Chat && OpenAIModels.IsGptImage(call);

    private static JsonObject Strict(ProviderCall call, OpenAISettings options, bool isEdit)
    {
        var model = OpenAIModels.For(call).Capabilities;
        var request = call.Request;
        var passed = Passed(call);
        var parameters = new JsonObject();
        if (options.Dialect != OpenAIDialect.Azure || IsNewAzure(call.Channel.Base(Vendor)))
        {
            parameters["model"] = call.UpstreamModel;
        }

        parameters["prompt"] = request.Prompt;
        Add(parameters, "n", call.Count > 1 ? call.Count : null);
        Add(parameters, "size", Size(call)?.ToString() ?? (model.ChoosesSize && request is { SizeWord: ImageRequest.Auto, AspectRatio: null } ? ImageRequest.Auto : null));
        Add(parameters, "quality", Given("quality", request.Quality));
        Add(parameters, "style", Given("style", request.Style));
        Add(parameters, "background", Given("background", request.Background));
        Add(parameters, "moderation", Given("moderation", request.Moderation));
        Add(parameters, "user", Given("user", request.User));
        Add(parameters, "input_fidelity", isEdit ? Given("input_fidelity", request.InputFidelity) : null);
        if (!model.ReportsUsage)
        {
            // Its link would die in an hour, and would have to be fetched; gpt-image refuses the parameter and always sends base64.
            parameters["response_format"] = "b64_json";
            return parameters;
        }

        Add(parameters, "output_format", request.OutputFormat != OutputFormat.Png || request.Gave("output_format") ? request.OutputFormat.Name() : null);
        Add(parameters, "output_compression", passed.Contains("output_compression") && request.Gave("output_compression") ? request.OutputCompression : null);
        AddStream(parameters, call, options);
        return parameters;

        string? Given(string name, string? value) => passed.Contains(name) && request.Gave(name) ? value : null;
    }

    private static JsonObject Relayed(ProviderCall call, OpenAISettings options)
    {
        var request = call.Request;
        var parameters = new JsonObject { ["model"] = call.UpstreamModel, ["prompt"] = request.Prompt };
        Add(parameters, "n", call.Count > 1 ? call.Count : null);
        foreach (var name in request.Given)
        {
            JsonNode? value = name switch
            {
                "aspect_ratio" => request.RatioWord ?? request.AspectRatio?.ToString(),
                "size" => request.Size?.ToString() ?? request.SizeWord,
                "seed" => call.Seed,
                "safety_tolerance" => request.SafetyTolerance,
                "prompt_upsampling" => request.PromptUpsampling,
                "output_format" => request.OutputFormat.Name(),
                "quality" => request.Quality,
                "style" => request.Style,
                "background" => request.Background,
                "moderation" => request.Moderation,
                "input_fidelity" => request.InputFidelity,
                "user" => request.User,
                "output_compression" => request.OutputCompression,
                "watermark" => request.Watermark,
                _ => null,
            };
            Add(parameters, name, value);
        }

        Add(parameters, "response_format", options.ResponseFormat);
        foreach (var (name, value) in request.Extra.Where(entry => !NeverPassed.Contains(entry.Key) && !parameters.ContainsKey(entry.Key)))
        {
            parameters[name] = JsonNode.Parse(value.GetRawText());
        }

        AddStream(parameters, call, options);
        return parameters;
    }

    private static void AddStream(JsonObject parameters, ProviderCall call, OpenAISettings options)
    {
        if (Streams(call, options))
        {
            parameters["stream"] = true;
            parameters["partial_images"] = Math.Min(call.PartialImages, 3);
        }
    }

    private static void Add(JsonObject parameters, string name, JsonNode? value)
    {
        if (value is not null)
        {
            parameters[name] = value;
        }
    }

    private static PixelSize? Size(ProviderCall call) =>
        call.Request.Size is { } size ? RequestFit.Size(OpenAIModels.For(call).Capabilities.Sizes, size) : null;

    /// <summary>The names that this very call can pass on.</summary>
    private static HashSet<string> Passed(ProviderCall call)
    {
        var passed = new HashSet<string>(OpenAIModels.For(call).Capabilities.Parameters, StringComparer.Ordinal);
        if (call.ReferenceCount == 0)
        {
            passed.Remove("input_fidelity");
        }

        if (call.Request.OutputFormat == OutputFormat.Png)
        {
            passed.Remove("output_compression");
        }

        return passed;
    }

    private static IEnumerable<Warning> ChatShape(ImageRequest request)
    {
        if (request.Gave("aspect_ratio"))
        {
            yield return Warning.Ignored("aspect_ratio", request.Shown("aspect_ratio"), "The upstream is a chat and takes no ratio; only the prompt can ask for one.");
        }

        if (request.Gave("size"))
        {
            yield return Warning.Ignored("size", request.Shown("size"), "The upstream is a chat and takes no size; only the prompt can ask for one.");
        }
    }

    private static bool IsNewAzure(Uri root) => root.AbsolutePath.TrimEnd('/').EndsWith("/v1", StringComparison.Ordinal);
}
