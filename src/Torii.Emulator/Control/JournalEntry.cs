namespace Torii.Emulator.Control;

/// <summary>A request and its outcome, as the journal returns it.</summary>
internal sealed record JournalEntry
{
    public required long Sequence { get; init; }
    public required string Operation { get; init; }
    public required string Method { get; init; }
    public required string Path { get; init; }
    public required string? UserId { get; init; }

    /// <summary>Gets or sets the status: 0 when the connection was aborted, null while there is no reply.</summary>
    public int? Status { get; set; }
    public bool Executed { get; set; }
    public string? Fault { get; set; }
    public required long ArrivedMs { get; init; }
    public long? DoneMs { get; set; }
    public string? Body { get; set; }
}
