namespace Torii.Emulator.Store;

/// <summary>Creates ids whose order is the order of creation, within one millisecond and with a clock that is set back as well.</summary>
internal sealed class IdSequence
{
    private readonly object gate = new();
    private DateTimeOffset last;
    private int counter;

    /// <summary>Makes the next ids follow an id of the given time.</summary>
    public void StartAfter(DateTimeOffset created) => last = created;

    public (Guid Id, DateTimeOffset Created) Next()
    {
        lock (gate)
        {
            DateTimeOffset now = Clock.Now();
            counter = now.ToUnixTimeMilliseconds() > last.ToUnixTimeMilliseconds() ? 0 : counter + 1;
            last = now > last ? now : last;
            if (counter > 0xFFF)
            {
                last = DateTimeOffset.FromUnixTimeMilliseconds(last.ToUnixTimeMilliseconds() + 1);
                counter = 0;
            }

            return (Uuid7.Create(last.ToUnixTimeMilliseconds(), counter, (ulong)Random.Shared.NextInt64()), last);
        }
    }
}
