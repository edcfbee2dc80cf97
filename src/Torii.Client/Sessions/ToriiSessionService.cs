using Torii.Client.Http;
using Torii.Client.Users;

namespace Torii.Client.Sessions;

/// <summary>What the server API does with sessions.</summary>
public sealed class ToriiSessionService
{
    private readonly ApiPipeline _pipeline;

    internal ToriiSessionService(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>A user's live sessions, most recently used first (listSessions).</summary>
    /// <exception cref="ToriiException"><c>Torii.Forbidden</c> for nobody and for another environment's user, or what every request throws.</exception>
    public async Task<IReadOnlyList<ToriiSession>> ListAsync(string userId, RequestContext context)
    {
        string id = ResourceId.Check(userId, "user");
        return await _pipeline.SendAsync(
            new ApiRequest { Method = HttpMethod.Get, Path = $"{ToriiUserService.Path}/{id}/sessions", NotFoundErrorId = "Torii.UserNotFound" },
            context,
            Json.Default.ListToriiSession,
            sessions => sessions.Select(s => ResponseValidator.FindWrongMember(s, id, s?.UserId, "userId")).FirstOrDefault(static m => m is not null)).ConfigureAwait(false);
    }

    /// <summary>Ends every session of a user (revokeAllSessions). Doing it again changes nothing.</summary>
    /// <exception cref="ToriiException"><c>Torii.Forbidden</c> for nobody and for another environment's user, or what every request throws.</exception>
    public Task RevokeAllAsync(string userId, RequestContext context) =>
        DeleteAsync($"{ToriiUserService.Path}/{ResourceId.Check(userId, "user")}/sessions", context);

    /// <summary>Ends one session (revokeSession). Doing it again changes nothing.</summary>
    /// <exception cref="ToriiException"><c>Torii.Forbidden</c> for nobody and for another environment's user, or what every request throws.</exception>
    public Task RevokeAsync(string userId, string sessionId, RequestContext context) =>
        DeleteAsync($"{ToriiUserService.Path}/{ResourceId.Check(userId, "user")}/sessions/{ResourceId.Check(sessionId, "session")}", context);

    private Task DeleteAsync(string path, RequestContext context) =>
        _pipeline.SendForNothingAsync(
            new ApiRequest { Method = HttpMethod.Delete, Path = path, NotFoundErrorId = "Torii.UserNotFound" },
            context);
}
