namespace Torii.Emulator.Faults;

/// <summary>The kinds of faults; docs/emulator.md describes what the client receives.</summary>
internal enum FaultKind
{
    Status,
    Html,
    Truncate,
    Garbage,
    Empty,
    Reset,
    ResetAfter,
    Slow,
    RepeatCursor,
    IgnoreFilter,
    WrongShape,
    OmitNulls,
}
