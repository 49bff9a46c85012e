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
    private readonly Lazy<Task<bool>> _serverKeepsJobs;
    private readonly CancellationTokenSource _leave;
    private CliException? _end;
    private bool _isSpent;
    private int _unreachable;

    public BatchRun(Session session, BatchPlan plan, RowFile rows, Manifest manifest, int total)
    {
        (_session, _plan, _rows, _manifest) = (session, plan, rows, manifest);
        var pause = new SharedPause(session.Surroundings.Time);
        var calls = new ImageCalls(session.Client, session.Screen, session.Timeout) { Retries = plan.Retries, Pause = pause.PauseAsync };
        _purse = new BatchPurse(plan.MaxCost);
        _tally = new BatchTally(session.Screen, session.Surroundings.Time, _purse, total);
        _prices = new PriceBook(session.Client);
        _serverKeepsJobs = new Lazy<Task<bool>>(KeepsJobsAsync);
        _work = new RowWork(session, plan, manifest, calls, pause, _serverKeepsJobs);
        _names = new OutputNames(plan.Folder);
        _prints = new ReferencePrints(session.Surroundings);
        _leave = CancellationTokenSource.CreateLinkedTokenSource(session.Now);
    }

    private bool IsStopping => _session.Surroundings.Interrupts.Asked.IsCancellationRequested || _end is not null || _isSpent;

    public async Task<int> RunAsync()
    {
        var interrupts = _session.Surroundings.Interrupts;
        interrupts.IsPatient = true;
        using var asked = interrupts.Asked.Register(() =>
        {
            _session.Screen.Say($"Stopping: rows under way get {Grace.TotalSeconds:0} s; again to leave at once. --resume goes on.");
            _leave.CancelAfter(Grace);
        });
        await Parallel.ForEachAsync(Identified(), new ParallelOptions { MaxDegreeOfParallelism = _plan.Concurrency }, async (row, _) => await RunRowAsync(row.Row, row.Id));
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

    // In the order of the list: two rows that are the same wish are told apart by how often it came before.
    private IEnumerable<(BatchRow Row, string Id)> Identified()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in _rows.Read(_session.Screen.Notice))
        {
            var fault = row.Fault;
            var print = fault is null ? _prints.TryPrint(row, out fault) : null;
            if (print is null)
            {
                yield return (row with { Fault = fault }, $"line-{row.Line}");
                continue;
            }

            var before = seen.GetValueOrDefault(print);
            seen[print] = before + 1;
            yield return (row, before == 0 ? print : $"{print}.{before + 1}");
        }
    }

    private async Task RunRowAsync(BatchRow row, string id)
    {
        if (row.Fault is not null)
        {
            Break(row, id, row.Fault);
            return;
        }

        var prior = _manifest.Find(id);
        if (prior?.Status == RowStatus.Done && FilesAreThere(prior))
        {
            _tally.AddKept();
            return;
        }

        if (IsStopping)
        {
            _tally.AddOpen();
            return;
        }

        var reserved = 0m;
        try
        {
            var target = _names.TargetFor(row, replaces: prior?.Row == row.Number);
            if (!RowWork.IsPaid(prior) && _plan.MaxCost is not null)
            {
                if (await PriceAsync(row) is not { } price)
                {
                    _end ??= CliException.Usage($"line {row.Line}: the price is not known, so --max-cost cannot be kept. Give --price.");
                    _tally.AddOpen();
                    return;
                }

                if (!_purse.TryReserve(price))
                {
                    _isSpent = true;
                    _tally.AddOpen();
                    return;
                }

                reserved = price;
            }

            var entry = await _work.RunAsync(row, id, prior, target, _leave.Token);
            var charged = entry.IsReplayed || RowWork.IsPaid(prior) ? 0 : decimal.TryParse(entry.Cost, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var cost) ? cost : reserved;
            _purse.Settle(reserved, charged);
            _unreachable = 0;
            _tally.AddDone(entry.Files!.Count, entry.IsReplayed);
            Tell(entry);
        }
        catch (Exception fault) when (fault is CliException or OperationCanceledException)
        {
            _purse.Settle(reserved, 0);
            await JudgeAsync(row, id, fault);
        }
    }

    private async Task<decimal?> PriceAsync(BatchRow row) =>
        _plan.Price * row.Count ?? (await _prices.PriceOfAsync(row.Parameters, _leave.Token))?.Cost;

    /// <summary>What a failure says about the row, and whether the rest has a chance.</summary>
    private async Task JudgeAsync(BatchRow row, string id, Exception fault)
    {
        var entry = _manifest.Find(id);
        switch (fault)
        {
            case OperationCanceledException:
                _tally.AddOpen();
                return;
            case DiskException disk:
                _end ??= disk;
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
            case NoAnswerException { NeverSent: false }:
                Note(row, fault.Message);
                Record(entry, entry?.Job is null ? RowStatus.Unknown : RowStatus.Accepted, (CliException)fault);
                _tally.AddUnknown();
                return;
            case NoAnswerException lost:
                _end ??= Interlocked.Increment(ref _unreachable) >= UnreachableInARow ? lost : null;
                break;
            case ApiException { MayHaveRun: true } api:
                Note(row, fault.Message + " --retry-unknown sends it again.");
                Record(entry is null ? null : entry with { Job = api.JobId ?? entry.Job }, RowStatus.Unknown, api);
                _tally.AddUnknown();
                return;
            case ApiException { Status: >= 500 and not 503, IsEndOfJob: false } api when api.JobId is not null || !await _serverKeepsJobs.Value:
                Note(row, fault.Message);
                Record(entry is null ? null : entry with { Job = api.JobId }, api.JobId is null ? RowStatus.Unknown : RowStatus.Accepted, api);
                _tally.AddUnknown();
                return;
            case ApiException { Status: 401, IsEndOfJob: false } or ApiException { ExitCode: ExitCode.OutOfBalance }:
                _end ??= (CliException)fault;
                break;
        }

        if (entry is null or { Status: RowStatus.Sent } && fault is CliException { ExitCode: ExitCode.UsageOrCancelled })
        {
            Break(row, id, fault.Message);
            return;
        }

        Note(row, fault.Message);
        var isPaid = entry is { Status: RowStatus.Answered or RowStatus.Accepted } && fault is not ApiException;
        Record(entry, isPaid ? entry!.Status : fault is ApiException or NoAnswerException ? RowStatus.Failed : RowStatus.Unknown, (CliException)fault);
        _tally.AddFailed(((CliException)fault).ExitCode == ExitCode.Moderated);
    }

    private void Record(ManifestEntry? entry, RowStatus status, CliException fault)
    {
        if (entry is not null)
        {
            entry = entry with { Status = status, Error = (JsonObject)CommandLine.ErrorJson(fault)["error"]!.DeepClone() };
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
            _session.Screen.Result(PictureReport.Shown(Path.Combine(_plan.Folder, file!["path"]!.ToString()), _session.Surroundings));
        }
    }

    private bool FilesAreThere(ManifestEntry entry) =>
        entry.Files is { Count: > 0 } files && files.All(file => new FileInfo(Path.Combine(_plan.Folder, file!["path"]!.ToString())) is { Exists: true } found && found.Length == file["bytes"]?.GetValue<long>());

    private async Task<bool> KeepsJobsAsync()
    {
        try
        {
            return (await _session.Client.GetAsync("images/generations?limit=1", _leave.Token)).Body.Text("object") == "list";
        }
        catch (CliException)
        {
            return false;
        }
    }
}
