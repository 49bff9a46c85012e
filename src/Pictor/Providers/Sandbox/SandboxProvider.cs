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
        var shows = call is { PartialImages: > 0, Partial: not null } && directives.Failure is null && directives.Risk == 0;
        if (!shows)
        {
            await WaitAsync(call, directives, cancellationToken);
        }

        if (SandboxMapping.FailureOf(call.Request, directives, call.Attempt) is { } error)
        {
            return new ProviderOutcome.Failed(error);
        }

        try
        {
            var done = await DrawAllAsync(call, directives, cancellationToken);
            if (shows)
            {
                await ShowAsync(call, directives, done, cancellationToken);
            }

            return done;
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

    private async Task<ProviderOutcome.Done> DrawAllAsync(ProviderCall call, Directives directives, CancellationToken cancellationToken)
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

    // What is shown on the way is the picture itself, coarse at first: the time the call takes is spread over the states.
    private async Task ShowAsync(ProviderCall call, Directives directives, ProviderOutcome.Done done, CancellationToken cancellationToken)
    {
        var step = SandboxMapping.DelayOf(call, directives) / (call.PartialImages + 1);
        for (var index = 0; index < call.PartialImages; index++)
        {
            await Task.Delay(step, time, cancellationToken);
            for (var i = 0; i < done.Images.Count; i++)
            {
                var path = Path.Combine(call.WorkFolder, $"sandbox-{i}-partial-{index}");
                var finished = done.Images[i].File!;
                var grain = SandboxMapping.GrainOf(index, call.PartialImages);
                await Task.Run(() => Coarsen(finished, grain, path, call), cancellationToken);
                call.Partial!(new PartialImage(i, index, path));
            }

            call.Progress((index + 1) * 100 / (call.PartialImages + 1));
        }

        await Task.Delay(step, time, cancellationToken);
    }

    private static void Coarsen(string finished, int grain, string path, ProviderCall call)
    {
        using var picture = Picture.Open(finished, PictureLimits.Default);
        picture.Resize(Math.Max(1, picture.Width / grain), Math.Max(1, picture.Height / grain)).Resize(picture.Width, picture.Height).Save(path, SandboxMapping.EncodingOf(call.Request, drawn: false));
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
