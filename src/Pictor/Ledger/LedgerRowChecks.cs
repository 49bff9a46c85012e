using System.Globalization;
using Pictor.Storage;

namespace Pictor.Ledger;

/// <summary>What the rows of jobs, pictures and attempts must say beside the entries; each statement finds those that say something else.</summary>
internal static class LedgerRowChecks
{
    private static readonly Check[] All =
    [
        // Places: the materialised count of each key against its open jobs.
        new(
            "SELECT key_id FROM key_balances b WHERE open_jobs <> (SELECT COUNT(*) FROM jobs j WHERE j.key_id = b.key_id AND j.ended_at IS NULL)",
            "The balance of {0} counts open jobs that are not there, or misses some."),

        // What was charged is what the jobs say, and nobody is charged without pictures or beyond the hold.
        new(
            """
            SELECT j.id FROM jobs j
            LEFT JOIN ledger_entries c ON c.job_id = j.id AND c.kind = 'charge'
            WHERE COALESCE(c.micros, 0) <> COALESCE(j.cost_micros, 0)
            """,
            "The job {0} says another cost than its entries."),

        new(
            """
            SELECT j.id FROM jobs j
            WHERE j.ended_at IS NOT NULL AND j.quote IS NOT NULL AND (
                j.cost_micros > j.held_micros
                OR (j.state <> 'succeeded' AND j.cost_micros <> 0)
                OR (j.state = 'succeeded' AND (
                    j.cost_micros > j.price_micros * j.pictures
                    OR j.pictures <> (SELECT COUNT(*) FROM assets a WHERE a.job_id = j.id AND a.is_late = 0))))
            """,
            "The job {0} was charged for something else than what was delivered."),

        // An open job may have parts by now; one that ended without success has only what came too late for it.
        new(
            "SELECT j.id FROM jobs j WHERE j.ended_at IS NOT NULL AND j.state <> 'succeeded' AND EXISTS (SELECT 1 FROM assets a WHERE a.job_id = j.id AND a.is_late = 0)",
            "The job {0} did not succeed and has pictures all the same, as if they had come in time."),

        // From the side of the entries: what the rows say of themselves must not have changed, and the last entries of a chain are missed by nobody else.
        new(
            "SELECT DISTINCT e.job_id FROM ledger_entries e LEFT JOIN jobs j ON j.id = e.job_id WHERE e.job_id IS NOT NULL AND j.id IS NULL",
            "Entries name the job {0}, which is not there."),

        new(
            """
            SELECT j.id FROM jobs j
            LEFT JOIN ledger_entries h ON h.job_id = j.id AND h.kind = 'hold'
            WHERE COALESCE(h.micros, 0) <> j.held_micros
                OR h.from_account <> CASE WHEN j.is_sandbox = 1 THEN 'sandbox/' ELSE '' END || 'key/' || j.key_id
                OR (h.micros IS NOT NULL AND j.quote IS NULL)
            """,
            "The job {0} says another key, book or hold than its entries."),

        new(
            """
            SELECT a.job_id FROM attempts a
            JOIN jobs j ON j.id = a.job_id
            LEFT JOIN ledger_entries e ON e.job_id = a.job_id AND e.kind IN ('upstream', 'loss') AND e.attempt = a.number
            WHERE a.ended_at IS NOT NULL AND a.cost_micros > 0 AND j.quote IS NOT NULL AND (e.micros IS NULL OR e.micros <> a.cost_micros)
            """,
            "An attempt of the job {0} says another cost upstream than its entry."),

        new(
            """
            SELECT e.job_id FROM ledger_entries e
            LEFT JOIN attempts a ON a.job_id = e.job_id AND a.number = e.attempt
            WHERE e.kind IN ('upstream', 'loss') AND (a.number IS NULL OR COALESCE(a.cost_micros, e.micros) <> e.micros)
            """,
            "An entry of the job {0} is for an attempt that is not there, or says another cost."),
    ];

    public static async Task RunAsync(Session session, List<string> faults)
    {
        foreach (var check in All)
        {
            faults.AddRange((await session.QueryAsync<string>(check.Sql)).Select(name => string.Format(CultureInfo.InvariantCulture, check.Says, name)));
        }
    }

    // Says has the name that was found as {0}.
    private sealed record Check(string Sql, string Says);
}
