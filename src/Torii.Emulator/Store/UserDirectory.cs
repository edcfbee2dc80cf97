using System.Collections.Concurrent;

namespace Torii.Emulator.Store;

/// <summary>
/// All users in the order of their ids. Nobody is ever taken out (deletion is soft) and new ids are always the
/// greatest, so a plain array that only grows gives stable pages without a lock on the reader's side.
/// </summary>
internal sealed class UserDirectory(int capacity)
{
    private readonly object appending = new();
    private readonly ConcurrentDictionary<string, Guid> emails = new(StringComparer.OrdinalIgnoreCase);
    private UserEntry[] entries = new UserEntry[Math.Max(16, capacity)];
    private int count;
    private long lastMilliseconds;
    private int counter;
    private DateTimeOffset lastCreated;

    /// <summary>The users as of now, ordered by id; users created later are not in it.</summary>
    public ReadOnlySpan<UserEntry> Snapshot()
    {
        // The count first: an array read after it is never the shorter one.
        var length = Volatile.Read(ref count);
        return Volatile.Read(ref entries).AsSpan(0, length);
    }

    public UserEntry? Find(Guid id)
    {
        var users = Snapshot();
        var index = FirstAfter(users, id) - 1;
        return index >= 0 && users[index].Id == id ? users[index] : null;
    }

    /// <summary>The position of the first user whose id is greater, whether or not the id itself is anybody's.</summary>
    public static int FirstAfter(ReadOnlySpan<UserEntry> users, Guid id)
    {
        int low = 0, high = users.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (users[middle].Id.CompareTo(id) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Adds somebody born now, or returns null when another living user has the address.</summary>
    public UserEntry? Create(UserState template)
    {
        lock (appending)
        {
            var now = Clock.Now();
            var created = now > lastCreated ? now : lastCreated;
            var milliseconds = created.ToUnixTimeMilliseconds();
            counter = milliseconds > lastMilliseconds ? 0 : counter + 1;
            if (counter > 0xFFF)
            {
                created = DateTimeOffset.FromUnixTimeMilliseconds(++milliseconds);
                counter = 0;
            }

            var id = Uuid7.Create(milliseconds, counter, (ulong)Random.Shared.NextInt64());
            var entry = new UserEntry(id, template with { CreatedAt = created, UpdatedAt = created });
            return Append(entry) ? entry : null;
        }
    }

    /// <summary>Adds a user whose id the seed made; ids must come in ascending order.</summary>
    public void AddSeeded(UserEntry entry)
    {
        lock (appending)
        {
            if (!Append(entry))
            {
                throw new InvalidOperationException("The seed gave one address to two users.");
            }
        }
    }

    public void ReleaseEmail(UserEntry entry)
    {
        if (entry.State.Email is { } email)
        {
            emails.TryRemove(KeyValuePair.Create(email, entry.Id));
        }
    }

    private bool Append(UserEntry entry)
    {
        if (entry.State.Email is { } email && !emails.TryAdd(email, entry.Id))
        {
            return false;
        }

        if (count == entries.Length)
        {
            var grown = new UserEntry[entries.Length * 2];
            entries.CopyTo(grown, 0);
            Volatile.Write(ref entries, grown);
        }

        entries[count] = entry;
        Volatile.Write(ref count, count + 1);
        lastCreated = entry.State.CreatedAt;
        lastMilliseconds = Math.Max(lastMilliseconds, lastCreated.ToUnixTimeMilliseconds());
        return true;
    }
}
