using Polly;

namespace Torii.Client.Http;

/// <summary>What has happened to one request so far, over all its attempts.</summary>
internal sealed class RequestRun(ApiRequest request, IRequestObserver? observer)
{
    private static readonly ResiliencePropertyKey<RequestRun> Key = new("torii.run");

    public ApiRequest Request { get; } = request;

    public IRequestObserver? Observer { get; } = observer;

    /// <summary>How many times it was sent.</summary>
    public int Attempts { get; set; }

    /// <summary>How long it has waited between attempts.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>The wait before the next attempt, once that is decided.</summary>
    public TimeSpan NextDelay { get; set; }

    public static RequestRun Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);

    public void AttachTo(ResilienceContext context) => context.Properties.Set(Key, this);
}
