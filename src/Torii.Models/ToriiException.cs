namespace Torii;

/// <summary>
/// Something that the module could not do. <see cref="ErrorId"/> is stable; docs/errors.md lists every one with its
/// cause and what to do.
/// </summary>
public class ToriiException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="errorId">The stable id, for example <c>Torii.UserNotFound</c>.</param>
    /// <param name="reason">What happened, in one sentence.</param>
    /// <param name="recommendedAction">What to do about it, in one sentence.</param>
    /// <param name="innerException">What it came from.</param>
    public ToriiException(string errorId, string reason, string recommendedAction, Exception? innerException = null)
        : base($"{reason} {recommendedAction}", innerException)
    {
        ErrorId = errorId;
        Reason = reason;
        RecommendedAction = recommendedAction;
    }

    /// <summary>The stable id, for example <c>Torii.UserNotFound</c>.</summary>
    public string ErrorId { get; }

    /// <summary>What happened, without what to do; <see cref="Exception.Message"/> says both.</summary>
    public string Reason { get; }

    /// <summary>What to do about it.</summary>
    public string RecommendedAction { get; }

    /// <summary>
    /// The cursor of the page that a walk did not get: <c>-Cursor</c> with this value goes on from there. Null where
    /// there is none.
    /// </summary>
    public string? Cursor { get; internal set; }

    /// <summary>Whether the request that failed may have been executed nevertheless.</summary>
    internal bool MayHaveBeenExecuted { get; set; }

    /// <summary>When the request that failed was sent first, by this machine's clock.</summary>
    internal DateTimeOffset? FirstSentAt { get; set; }

    /// <summary>What came of it nevertheless, to be emitted before the error; null where nothing did.</summary>
    internal ToriiObject? Result { get; init; }
}
