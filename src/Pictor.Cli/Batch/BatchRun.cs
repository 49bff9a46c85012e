using System.Text.Json.Nodes;
using Pictor.Cli.Commands;
using Pictor.Cli.Http;
using Pictor.Cli.Pictures;

namespace Pictor.Cli.Batch;

/// <summary>Runs the rows of a list, several at a time, and decides what a failure means for the rest.</summary>
internal sealed class BatchRun : IDisposable
{
    private const int UnreachableInARow = 5;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Session _session;
    private readonly BatchPlan _plan;
    private readonly RowFile _rows;
    private readonly Manifest _manifest;
    private readonly BatchPurse _purse;
    private readonly BatchTally _tally;
    private readonly PriceBook _prices;
    private readonly RowWork _work;
    private readonly OutputNames _names;
    private readonly ReferencePrints _prints;
    private readonly CancellationTokenSource _leave;
    private CliException? _end;
    private bool _isSpent;
    private int _unreachable;

    public BatchRun(Session session, BatchPlan plan, RowFile rows, Manifest manifest, int total)
    {
        (_session, _plan, _rows, _manifest) = (session, plan, rows, manifest);
        var pause = new SharedPause(session.Surroundings.Time);
        var calls = new ImageCalls(session.Client, session.Screen, session.Timeout) { Retries = plan.Retries, Pause = pause.PauseAsync, WaitsAsAsked = true };
        _purse = new BatchPurse(plan.MaxCost);
        _tally = new BatchTally(session.Screen, session.Surroundings.Time, _purse, total);
        _prices = new PriceBook(session.Client);
        _work = new RowWork(session, plan, manifest, calls, pause);
        _names = new OutputNames(plan.Folder);
        _prints = new ReferencePrints(session.Surroundings);
        _leave = CancellationTokenSource.CreateLinkedTokenSource(session.Now);
    }

    private bool IsStopping => _session.Surroundings.Interrupts.Asked.IsCancellationRequested || _end is not null;

    public async Task<int> RunAsync()
    {
        var interrupts = _session.Surroundings.Interrupts;
        interrupts.IsPatient = true;
        using var asked = interrupts.Asked.Register(() =>
        {
            _session.Screen.Say($"Stopping: rows under way get {Grace.TotalSeconds:0} s; again to leave at once. --resume goes on.");
            _leave.CancelAfter(Grace);
        });
        await Parallel.ForEachAsync(Identified(), new ParallelOptions { MaxDegreeOfParallelism = _plan.Concurrency }, async (row, _) => await RunRowAsync(row.Row, row.Id, row.Prior));
        _session.Screen.Move(null);
        PutInOrder();
        _session.Screen.Say(_tally.Summary());
        return ExitCodeOf(interrupts);
    }

    public void Dispose() => _leave.Dispose();

    private void PutInOrder()
    {
        try
        {
            _manifest.PutInOrder();
        }
        catch (DiskException fault)
        {
            // What it holds is complete all the same; only the order waits for the next run.
            _session.Screen.Notice($"the manifest could not be put in order: {fault.Message}");
        }
    }

    private int ExitCodeOf(Interrupts interrupts)
    {
        if (_end is not null)
        {
            _session.Screen.Fault(Screen.Clean(_end.Message));
        }

        if (_isSpent)
        {
            _session.Screen.Say($"The next row could go beyond --max-cost {_plan.MaxCost}.");
        }

        return _end is { ExitCode: ExitCode.Auth or ExitCode.OutOfBalance or ExitCode.UsageOrCancelled } ? _end.ExitCode
            : interrupts.Asked.IsCancellationRequested && !_tally.IsComplete ? ExitCode.UsageOrCancelled
            : _tally.IsComplete ? ExitCode.Ok
            : _tally.Done + _tally.Kept > 0 || _isSpent ? ExitCode.Partial
            : _tally.Moderated == _tally.Failed && _tally.Failed > 0 ? ExitCode.Moderated
            : ExitCode.Failed;
    }

    // In the order of the list: two rows that are the same wish are told apart by how often it came before, and of two that want one name the first has it.
    private IEnumerable<(BatchRow Row, string Id, ManifestEntry? Prior)> Identified()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in _rows.Read(_session.Screen.Notice))
        {
            var fault = row.Fault;
            var print = fault is null ? _prints.TryPrint(row, out fault) : null;
            var before = print is null ? 0 : seen.GetValueOrDefault(print);
            var id = before == 0 ? print : $"{print}.{before + 1}";
            var prior = id is null ? null : _manifest.Find(id);
            fault ??= _names.Take(row, prior is not null && IsDone(prior) ? FilesOf(prior) : []);
            if (fault is not null)
            {
                yield return (row with { Fault = fault }, $"line-{row.Line}", null);
                continue;
            }

            seen[print!] = before + 1;
            yield return (row, id!, prior);
        }
    }

    private async Task RunRowAsync(BatchRow row, string id, ManifestEntry? prior)
    {
        if (row.Fault is not null)
        {
            Break(row, id, row.Fault);
            return;
        }

        if (prior is not null && IsDone(prior))
        {
            _tally.AddKept();
            return;
        }

        // What is paid is fetched with an empty purse too.
        if (IsStopping || (_isSpent && !RowWork.IsPaid(prior)))
        {
            _tally.AddOpen();
            return;
        }

        var bill = new RowBill(_purse, asked => PriceAsync(row, asked));
        try
        {
            var target = _names.TargetFor(row, replaces: prior?.Row == row.Number);
            var entry = await _work.RunAsync(row, id, prior, target, bill, _leave.Token);
            bill.Close(fault: null);
            _unreachable = 0;
            _tally.AddDone(entry.Files!.Count, entry.IsReplayed);
            Tell(entry);
        }
        catch (OperationCanceledException fault)
        {
            bill.Close(fault);
            _tally.AddOpen();
        }
        catch (CliException fault)
        {
            bill.Close(fault);
            Judge(row, id, prior, fault, bill.IsSent);
        }
    }

    // Without a bound nobody has to be asked: what a row has cost is told afterwards.
    private async Task<decimal?> PriceAsync(BatchRow row, CancellationToken cancellationToken) =>
        _plan.Price * row.Count ?? (_purse.HasBound ? (await _prices.PriceOfAsync(row.Parameters, cancellationToken))?.Cost : null);

    /// <summary>What a failure says about the row, and whether the rest has a chance.</summary>
    private void Judge(BatchRow row, string id, ManifestEntry? prior, CliException fault, bool isSent)
    {
        switch (fault)
        {
            case PurseException { IsSpent: true }:
                _isSpent = true;
                _tally.AddOpen();
                return;
            case PurseException:
                _end ??= CliException.Usage($"line {row.Line}: {fault.Message}");
                _tally.AddOpen();
                return;
            case DiskException:
                _end ??= fault;
                _tally.AddOpen();
                return;
            case InDoubtException:
                Note(row, fault.Message);
                _tally.AddUnknown();
                return;
            case LinkException:
                Note(row, fault.Message + " It is paid; --resume fetches it.");
                _tally.AddOpen();
                return;
            case NoAnswerException { NeverSent: true }:
                _end ??= Interlocked.Increment(ref _unreachable) >= UnreachableInARow ? fault : null;
                break;
        }

        if (((fault as JobLeftException)?.Cause ?? fault) is ApiException { Status: 401, IsEndOfJob: false } or ApiException { ExitCode: ExitCode.OutOfBalance })
        {
            _end ??= fault;
        }

        if (!isSent && !RowVerdict.IsInDoubt(prior) && fault is not ApiException && fault.ExitCode == ExitCode.UsageOrCancelled)
        {
            Break(row, id, fault.Message);
            return;
        }

        Note(row, fault is ApiException { MayHaveRun: true } ? fault.Message + " --retry-unknown sends it again." : fault.Message);
        var after = RowVerdict.After(fault, _manifest.Find(id), prior, isSent);
        Record(after, fault);
        switch (after?.Status)
        {
            case RowStatus.Sent or RowStatus.Unknown or RowStatus.Accepted:
                _tally.AddUnknown();
                break;
            case RowStatus.Answered or RowStatus.Done:
                _tally.AddOpen();
                break;
            default:
                _tally.AddFailed(fault.ExitCode == ExitCode.Moderated);
                break;
        }
    }

    private void Record(ManifestEntry? entry, CliException fault)
    {
        if (entry is not null)
        {
            entry = entry with { Error = (JsonObject)CommandLine.ErrorJson(fault)["error"]!.DeepClone() };
            _manifest.Append(entry);
            if (_session.Screen.IsJson)
            {
                _session.Screen.Result(entry.ToJson());
            }
        }
    }

    private void Break(BatchRow row, string id, string fault)
    {
        Note(row, fault);
        var entry = new ManifestEntry(row.Number, row.Line, id, "", RowStatus.Broken, _session.Surroundings.Time.GetUtcNow()) { Error = new JsonObject { ["message"] = fault } };
        _manifest.Append(entry);
        if (_session.Screen.IsJson)
        {
            _session.Screen.Result(entry.ToJson());
        }

        _tally.AddFailed(isModerated: false);
    }

    private void Note(BatchRow row, string fault) => _session.Screen.Fault($"line {row.Line}: {Screen.Clean(fault)}");

    private void Tell(ManifestEntry entry)
    {
        if (_session.Screen.IsJson)
        {
            _session.Screen.Result(entry.ToJson());
            return;
        }

        foreach (var file in entry.Files!)
        {
            var shown = PictureReport.Shown(Path.Combine(_plan.Folder, file!["path"]!.ToString()), _session.Surroundings);
            if (PictureNames.FormatOf(shown) is { } named && PictureNames.Of(named) != file["format"]!.ToString())
            {
                _session.Screen.Notice($"{shown} holds a {file["format"]} picture, whatever its name says");
            }

            _session.Screen.Result(shown);
        }
    }

    private bool IsDone(ManifestEntry entry) =>
        entry is { Status: RowStatus.Done, Files.Count: > 0 }
        && entry.Files.All(file => new FileInfo(Path.Combine(_plan.Folder, file!["path"]!.ToString())) is { Exists: true } found && found.Length == file["bytes"]?.GetValue<long>());

    private IEnumerable<string> FilesOf(ManifestEntry entry) => entry.Files!.Select(file => Path.GetFullPath(Path.Combine(_plan.Folder, file!["path"]!.ToString())));
}
