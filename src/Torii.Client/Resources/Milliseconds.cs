namespace Torii.Client.Resources;

/// <summary>Rounds times to whole milliseconds: a service may show its times cut to milliseconds.</summary>
internal static class Milliseconds
{
    private const long Tick = TimeSpan.TicksPerMillisecond;

    public static DateTimeOffset Floor(DateTimeOffset value) => value.AddTicks(-(value.UtcTicks % Tick));

    public static DateTimeOffset Ceiling(DateTimeOffset value)
    {
        long above = value.UtcTicks % Tick;
        // Less than a millisecond below the largest value there is nothing to round up to.
        return above == 0 || value.UtcTicks > DateTimeOffset.MaxValue.UtcTicks - Tick ? value : value.AddTicks(Tick - above);
    }
}
