namespace Torii;

/// <summary>
/// An error of the module. <see cref="ErrorId"/> is stable; docs/errors.md lists every id with its cause and the
/// recommended action.
/// </summary>
public class ToriiException : Exception
{
    /// <summary>The variant of a refusal that the roles of the account of the connection explain, whatever the target.</summary>
    internal const string OfRole = "role";

    private static readonly Dictionary<string, string> NoDetails = [];

    /// <summary>Creates an exception.</summary>
    /// <param name="errorId">The stable id, one of <see cref="ToriiErrorId"/>.</param>
    /// <param name="message">What happened, in one sentence, without advice.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ToriiException(string errorId, string message, Exception? innerException = null)
        : base(message, innerException) => ErrorId = errorId;

    /// <summary>What happened, after the target that it is about.</summary>
    public override string Message => $"{(Target is null ? "" : $"{Target}: ")}{base.Message}{(Consequence is null ? "" : $" {Consequence}")}";

    /// <summary>Whether the service refused the account of the connection: every other target would fail alike.</summary>
    internal bool IsOfAccount => ErrorId is ToriiErrorId.Unauthorized or ToriiErrorId.InvalidCredential || (ErrorId == ToriiErrorId.Forbidden && Variant == OfRole);

    /// <summary>Who or what the error is about, for a person; <see langword="null"/> where the message says it.</summary>
    internal string? Target { get; private set; }

    /// <summary>What followed from the error, where the message does not say it.</summary>
    internal string? Consequence { get; private set; }

    /// <summary>The stable id, for example <c>Torii.UserNotFound</c>.</summary>
    public string ErrorId { get; }

    /// <summary>
    /// Whether the change that failed may have been made nevertheless: the request was sent, and no response proves
    /// that it was not executed. Always <see langword="false"/> for an error of a read request.
    /// </summary>
    public bool MayHaveBeenExecuted { get; internal set; }

    /// <summary>
    /// The cursor of the page that was not read: <c>-Cursor</c> with this value continues from there.
    /// <see langword="null"/> for an error that is not about paging.
    /// </summary>
    public string? Cursor { get; internal set; }

    /// <summary>
    /// Which of several recommended actions applies, for an id that has more than one; <see langword="null"/> for the
    /// usual one. The caller's layer holds the texts.
    /// </summary>
    internal string? Variant { get; init; }

    /// <summary>Values that the recommended action names, by placeholder. They are safe to show.</summary>
    internal IReadOnlyDictionary<string, string> Details { get; init; } = NoDetails;

    /// <summary>When the first attempt of the failed request that may have been executed was sent, by this machine's clock.</summary>
    internal DateTimeOffset? FirstSentAt { get; set; }

    /// <summary>The object that the service returned nevertheless, to be written before the error.</summary>
    internal ToriiObject? Result { get; init; }

    /// <summary>
    /// The same error about one target: an error of a batch is reported for each of its targets. A target that the
    /// message names already is not repeated.
    /// </summary>
    internal ToriiException For(string? target, string? consequence = null)
    {
        ToriiException copy = (ToriiException)MemberwiseClone();
        copy.Target = string.IsNullOrEmpty(target) || Message.Contains(target, StringComparison.Ordinal) ? Target : target;
        copy.Consequence = consequence ?? Consequence;
        return copy;
    }
}
