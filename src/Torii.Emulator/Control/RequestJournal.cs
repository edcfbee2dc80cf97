using System.Diagnostics;

namespace Torii.Emulator.Control;

/// <summary>Keeps the latest requests and counts all of them, so that a test can verify what was sent.</summary>
internal sealed class RequestJournal
{
    public const int MaxBodyBytes = 4096;

    private const int Capacity = 200_000;
    private const int MaxBodies = 50_000;

    private readonly object gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Queue<JournalEntry> entries = new();
    private readonly Queue<JournalEntry> withBodies = new();
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
    private long sequence;
    private long first = 1;
    private long total;
    private long unauthorized;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOperation("requests", "GET", ControlEndpoints.Prefix + "requests", _ => Counts());
        routes.MapOperation("resetRequests", "DELETE", ControlEndpoints.Prefix + "requests", _ => Reset());
        routes.MapOperation("journal", "GET", ControlEndpoints.Prefix + "journal", request => Entries(request.QueryNumber("after") ?? 0));
    }

    public JournalEntry Add(string operation, string method, string path, string? userId)
    {
        lock (gate)
        {
            total++;
            counts[operation] = counts.GetValueOrDefault(operation) + 1;
            var entry = new JournalEntry
            {
                Sequence = ++sequence,
                Operation = operation,
                Method = method,
                Path = path,
                UserId = userId,
                ArrivedMs = clock.ElapsedMilliseconds,
            };
            entries.Enqueue(entry);
            withBodies.Enqueue(entry);
            if (entries.Count > Capacity)
            {
                entries.Dequeue();
            }

            // Bodies take most of the memory, so they are dropped before their entries.
            if (withBodies.Count > MaxBodies)
            {
                withBodies.Dequeue().Body = null;
            }

            return entry;
        }
    }

    /// <summary>Records the outcome; only the first call for an entry counts.</summary>
    public void Complete(JournalEntry entry, int status)
    {
        lock (gate)
        {
            if (entry.Status is null)
            {
                entry.Status = status;
                entry.DoneMs = clock.ElapsedMilliseconds;
                unauthorized += status == 401 ? 1 : 0;
            }
        }
    }

    /// <summary>Empties the journal. The sequence continues, so that <c>after=n</c> never returns an entry twice.</summary>
    private Reply Reset()
    {
        lock (gate)
        {
            entries.Clear();
            withBodies.Clear();
            counts.Clear();
            total = 0;
            unauthorized = 0;
            first = sequence + 1;
            return Reply.NoContent;
        }
    }

    private Reply Counts()
    {
        lock (gate)
        {
            return Reply.Json(200, new { total, ByOperation = counts, unauthorized });
        }
    }

    private Reply Entries(long after)
    {
        lock (gate)
        {
            long wanted = Math.Max(after + 1, first);
            long lost = entries.TryPeek(out JournalEntry? oldest) ? Math.Max(0, oldest.Sequence - wanted) : 0;
            return Reply.Json(200, new { Last = sequence, lost, Entries = entries.Where(entry => entry.Sequence >= wanted) });
        }
    }
}
