using System.Collections.Immutable;

namespace Torii.Emulator.Store;

/// <summary>Immutable records in the order of their ids. Reads take no lock; a change replaces one record.</summary>
internal sealed class RecordStore<T>(Func<T, Guid> id)
    where T : class
{
    private ImmutableSortedDictionary<Guid, T> records = ImmutableSortedDictionary<Guid, T>.Empty;

    public T? Find(Guid id) => records.GetValueOrDefault(id);

    public IEnumerable<T> After(Guid? cursor) =>
        records.Where(record => cursor is null || record.Key.CompareTo(cursor.Value) > 0).Select(record => record.Value);

    public T Add(T record)
    {
        ImmutableInterlocked.Update(ref records, current => current.Add(id(record), record));
        return record;
    }

    /// <summary>Changes a record. <paramref name="change"/> can run more than once, and refuses by throwing.</summary>
    public T Change(Guid id, Func<T, T> change)
    {
        ImmutableInterlocked.Update(ref records, current => current.SetItem(id, change(current[id])));
        return records[id];
    }
}
