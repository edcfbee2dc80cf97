using System.Diagnostics;
using Torii.Emulator.Http;

namespace Torii.Emulator.Control;

/// <summary>Remembers the latest requests and counts all of them, so that a test can prove what was sent.</summary>
internal sealed class RequestJournal
{
    public const int Capacity = 200_000;
    public const int BodiesKept = 50_000;
    public const int LongestBody = 4096;

    private readonly object gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly JournalEntry?[] ring = new JournalEntry?[Capacity];
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
    private long sequence;
    private long first = 1;
    private long total;
    private long unauthorized;

    public JournalEntry Arrived(string operation, string method, string target, string? userId)
    {
        lock (gate)
        {
            total++;
            counts[operation] = counts.GetValueOrDefault(operation) + 1;
            var entry = new JournalEntry(++sequence, operation, method, target, userId, clock.ElapsedMilliseconds);
            ring[sequence % Capacity] = entry;

            // Bodies are what takes room; the older ones go before their entries do.
            if (sequence > BodiesKept && ring[(sequence - BodiesKept) % Capacity] is { } old)
            {
                old.Body = null;
            }

            return entry;
        }
    }

    public void Answered(JournalEntry entry, int status)
    {
        lock (gate)
        {
            entry.Status = status;
            entry.DoneMs = clock.ElapsedMilliseconds;
            unauthorized += status == 401 ? 1 : 0;
        }
    }

    /// <summary>Numbers go on after this: a reader who asks for "after n" never takes a new entry for an old one.</summary>
    public void Reset()
    {
        lock (gate)
        {
            Array.Clear(ring);
            counts.Clear();
            total = 0;
            unauthorized = 0;
            first = sequence + 1;
        }
    }

    public ApiAnswer Counts()
    {
        lock (gate)
        {
            return ApiAnswer.Json(200, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("total", total);
                json.WriteStartObject("byOperation");
                foreach (var (operation, count) in counts)
                {
                    json.WriteNumber(operation, count);
                }

                json.WriteEndObject();
                json.WriteNumber("unauthorized", unauthorized);
                json.WriteEndObject();
            });
        }
    }

    public ApiAnswer Entries(long after)
    {
        lock (gate)
        {
            var from = Math.Max(Math.Max(after + 1, first), sequence - Capacity + 1);
            return ApiAnswer.Json(200, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("last", sequence);
                json.WriteNumber("lost", Math.Max(0, from - Math.Max(after + 1, first)));
                json.WriteStartArray("entries");
                for (var number = from; number <= sequence; number++)
                {
                    ring[number % Capacity]!.Write(json);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
    }
}
