using System.Runtime.InteropServices;

namespace Pictor.Cli;

/// <summary>Ctrl+C and its relatives: the first asks to stop, the second stops.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _asked = new();
    private readonly CancellationTokenSource _now = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _count;

    /// <summary>Somebody asked to stop: nothing new is begun.</summary>
    public CancellationToken Asked => _asked.Token;

    /// <summary>Leave at once.</summary>
    public CancellationToken Now => _now.Token;

    /// <summary>Whether the first one lets what runs come to its end; otherwise it stops at once.</summary>
    public bool IsPatient { get; set; }

    public void Watch()
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Raise();
            }));
        }
    }

    public void Raise()
    {
        var first = Interlocked.Increment(ref _count) == 1;
        _asked.Cancel();
        if (!first || !IsPatient)
        {
            _now.Cancel();
        }
    }

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _asked.Dispose();
        _now.Dispose();
    }
}
