namespace Torii.Emulator.Faults;

/// <summary>The ways in which an answer can go wrong; docs/emulator.md says what each looks like to a client.</summary>
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
}
