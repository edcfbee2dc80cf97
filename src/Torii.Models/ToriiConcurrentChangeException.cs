namespace Torii;

/// <summary>Another client changed a list while a command changed it.</summary>
public sealed class ToriiConcurrentChangeException : ToriiException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, in one sentence, without advice.</param>
    /// <param name="expected">The list as it was expected.</param>
    /// <param name="found">The list as it was found.</param>
    public ToriiConcurrentChangeException(string message, IReadOnlyList<string> expected, IReadOnlyList<string> found)
        : base(ToriiErrorId.ConcurrentChange, message)
    {
        Expected = expected;
        Found = found;
    }

    /// <summary>The list as it was expected. Control characters and secrets are replaced.</summary>
    public IReadOnlyList<string> Expected { get; }

    /// <summary>The list as the service returned it. Control characters and secrets are replaced.</summary>
    public IReadOnlyList<string> Found { get; }
}
