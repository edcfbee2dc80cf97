namespace Torii.Emulator.Store;

/// <summary>The time as the service stores it: UTC in microseconds, which is finer than many clients parse.</summary>
internal static class Clock
{
    public static DateTimeOffset Now() => ToMicroseconds(DateTimeOffset.UtcNow);

    public static DateTimeOffset ToMicroseconds(DateTimeOffset time) =>
        new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
