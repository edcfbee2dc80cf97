namespace Torii.Client;

/// <summary>
/// Gets word of what happens on the wire. Called from any thread; texts carry no secret. The caller shows them
/// where it can.
/// </summary>
public interface IRequestObserver
{
    /// <summary>A request, an answer or a wait, without values: logs are read by many.</summary>
    void Verbose(string message);

    /// <summary>Whether <see cref="Debug"/> is of use to anybody: a body is made readable only then.</summary>
    bool WantsDebug => true;

    /// <summary>The body that is sent, secrets redacted.</summary>
    void Debug(string message);
}

/// <summary>What one caller's requests share: when to give up, and whom to tell.</summary>
/// <param name="Cancellation">Ends requests, body reads and waits at once.</param>
/// <param name="Observer">Told of every request; null for nobody.</param>
public readonly record struct RequestContext(CancellationToken Cancellation, IRequestObserver? Observer = null);
