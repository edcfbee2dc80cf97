using System.Collections.Concurrent;

namespace Torii.Client.Tests.Support;

/// <summary>A request as it reached the handler.</summary>
/// <param name="Number">1 for the first.</param>
internal sealed record Sent(int Number, HttpMethod Method, Uri Uri, string? Authorization, string? ContentType, string? Body)
{
    public string PathAndQuery => Uri.PathAndQuery;

    public string Query(string name) =>
        Uri.Query.TrimStart('?').Split('&').Select(static p => p.Split('=', 2)).Where(p => p[0] == name).Select(static p => p[1]).SingleOrDefault("");
}

/// <summary>Replaces the network: returns scripted responses and records every request.</summary>
internal sealed class ScriptedHandler(Func<Sent, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private readonly ConcurrentQueue<Sent> _requests = new();
    private int _count;

    public ScriptedHandler(Func<Sent, HttpResponseMessage> answer)
        : this((sent, _) => Task.FromResult(answer(sent)))
    {
    }

    public IReadOnlyList<Sent> Requests => [.. _requests.OrderBy(static r => r.Number)];

    /// <summary>One answer after the other; the last one for all that follow.</summary>
    public static ScriptedHandler Sequence(params Func<HttpResponseMessage>[] answers) =>
        new(sent => answers[Math.Min(sent.Number, answers.Length) - 1]());

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string? body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        Sent sent = new(
            Interlocked.Increment(ref _count),
            request.Method,
            request.RequestUri!,
            request.Headers.TryGetValues("Authorization", out IEnumerable<string>? values) ? string.Join("|", values) : null,
            request.Content?.Headers.ContentType?.ToString(),
            body);
        _requests.Enqueue(sent);
        return await answer(sent, cancellationToken);
    }
}
