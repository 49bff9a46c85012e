using Pictor.Imaging;

namespace Pictor.Providers.Sandbox;

/// <summary>
/// The test mode of the gateway: draws real pictures on this machine, at no cost, the same bytes for the same request, and
/// fails or waits when the prompt says so.
/// </summary>
internal sealed class SandboxProvider(SandboxOptions options, TimeProvider time) : IProvider, IDisposable
{
    private const int ProgressSteps = 10;

    private readonly SemaphoreSlim _easels = new(options.Concurrent);

    public string Name => "sandbox";

    public bool IsFreeAndRepeatable => true;

    public IReadOnlyList<ProviderModel> Models => [];

    public async ValueTask<ProviderOutcome> StartAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        var directives = Directives.Read(call.Request.Prompt);
        await WaitAsync(call, directives, cancellationToken);
        if (SandboxMapping.FailureOf(call.Request, directives, call.Attempt) is { } error)
        {
            return new ProviderOutcome.Failed(error);
        }

        try
        {
            return await DrawAllAsync(call, directives, cancellationToken);
        }
        catch (PictureException fault)
        {
            return new ProviderOutcome.Failed(new(Errors.ErrorKind.Internal, $"The sandbox could not draw: {fault.Message}"));
        }
    }

    /// <summary>Never needed: the sandbox leaves no call pending, and an interrupted one simply runs again.</summary>
    public ValueTask<ProviderOutcome> CheckAsync(ProviderCall call, string handle, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ProviderOutcome>(new ProviderOutcome.Failed(new(Errors.ErrorKind.UpstreamFailed, "The sandbox has no pending calls.")));

    public void Dispose() => _easels.Dispose();

    private async Task<ProviderOutcome> DrawAllAsync(ProviderCall call, Directives directives, CancellationToken cancellationToken)
    {
        var request = call.Request;
        var images = new List<ProviderImage>(request.N);
        for (var i = 0; i < request.N; i++)
        {
            var order = SandboxMapping.OrderOf(request, directives, i, options.Caption);
            var path = Path.Combine(call.WorkFolder, $"sandbox-{i}.{Images.OutputFormats.Extension(request.OutputFormat)}");
            await _easels.WaitAsync(cancellationToken);
            try
            {
                await Task.Run(() => Draw(call, order, path), cancellationToken);
            }
            finally
            {
                _easels.Release();
            }

            images.Add(ProviderImage.FromFile(path) with
            {
                Seed = order.Seed,
                RevisedPrompt = request.PromptUpsampling ? SandboxMapping.RevisedPrompt(directives, order.Description, call.References.Count) : null,
            });
        }

        return new ProviderOutcome.Done(images)
        {
            Seed = request.Seed,
            UpstreamCost = 0,
            Usage = SandboxMapping.UsageOf(request, call.References),
            Warnings = SandboxMapping.WarningsOf(call, directives),
        };
    }

    private static void Draw(ProviderCall call, PaintOrder order, string path)
    {
        var references = call.References.Select(reference => Picture.Open(reference.Path, PictureLimits.Default)).ToList();
        var mask = call.Mask is { } picture ? Picture.Open(picture.Path, PictureLimits.Default) : null;
        Easel.Paint(order, references, mask).Save(path, SandboxMapping.EncodingOf(call.Request, drawn: references.Count == 0));
    }

    private async Task WaitAsync(ProviderCall call, Directives directives, CancellationToken cancellationToken)
    {
        var delay = SandboxMapping.DelayOf(call, directives);
        if (delay <= TimeSpan.Zero)
        {
            return;
        }

        if (!SandboxMapping.ReportsProgress(call, directives))
        {
            await Task.Delay(delay, time, cancellationToken);
            return;
        }

        call.Progress(0);
        for (var step = 1; step <= ProgressSteps; step++)
        {
            await Task.Delay(delay / ProgressSteps, time, cancellationToken);
            call.Progress(step * 100 / ProgressSteps);
        }
    }
}
