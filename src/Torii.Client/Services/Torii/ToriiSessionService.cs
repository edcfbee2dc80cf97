using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>The session operations of torii.</summary>
internal sealed class ToriiSessionService(ApiPipeline pipeline, Action<string?> learnEnvironment) : ISessionService
{
    /// <summary>Lists a user's active sessions, most recently used first (listSessions).</summary>
    /// <exception cref="ToriiException"><c>Torii.Forbidden</c> for an unknown user and for one of another environment, or what every request throws.</exception>
    public async Task<IReadOnlyList<ToriiSession>> ListAsync(string userId, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.User, userId);
        List<ToriiSession> sessions = await pipeline.SendAsync(
            new ApiRequest { Method = HttpMethod.Get, Path = $"{ToriiUserService.Path}/{id}/sessions", NotFoundErrorId = ToriiErrorId.UserNotFound },
            context,
            ToriiJson.Default.ListToriiSession,
            found => found.Select(s => FindWrongMember(s, id)).FirstOrDefault(static m => m is not null)).ConfigureAwait(false);
        learnEnvironment(sessions.FirstOrDefault()?.EnvironmentId);
        return sessions;
    }

    /// <summary>Revokes every session of a user (revokeAllSessions).</summary>
    /// <inheritdoc cref="ListAsync" path="/exception"/>
    public Task RevokeAllAsync(string userId, RequestContext context) =>
        DeleteAsync($"{ToriiUserService.Path}/{ToriiId.Check(ResourceKind.User, userId)}/sessions", context);

    /// <summary>Revokes one session (revokeSession).</summary>
    /// <inheritdoc cref="ListAsync" path="/exception"/>
    public Task RevokeAsync(string userId, string sessionId, RequestContext context) =>
        DeleteAsync($"{ToriiUserService.Path}/{ToriiId.Check(ResourceKind.User, userId)}/sessions/{ToriiId.Check(ResourceKind.Session, sessionId)}", context);

    private static string? FindWrongMember(ToriiSession? session, string userId) =>
        ResponseValidator.FindWrongMember(session, userId, session?.UserId, "userId") ?? (string.IsNullOrEmpty(session!.EnvironmentId) ? "environmentId" : null);

    private Task DeleteAsync(string path, RequestContext context) =>
        pipeline.SendForNothingAsync(new ApiRequest { Method = HttpMethod.Delete, Path = path, NotFoundErrorId = ToriiErrorId.UserNotFound }, context);
}
