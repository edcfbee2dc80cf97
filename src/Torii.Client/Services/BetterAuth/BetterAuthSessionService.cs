using System.Text.Json;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>The session operations of the admin plugin, which is silent about users and sessions that do not exist.</summary>
internal sealed class BetterAuthSessionService(ApiPipeline pipeline, BetterAuthSession connection, IUserService users) : ISessionService
{
    /// <summary>Lists a user's sessions (POST /admin/list-user-sessions), expired ones included.</summary>
    /// <inheritdoc/>
    public async Task<IReadOnlyList<ToriiSession>> ListAsync(string userId, RequestContext context) =>
        [.. (await ReadAsync(userId, context).ConfigureAwait(false)).Select(static s => s.Item).OrderByDescending(static s => s.LastUsedAt)];

    /// <summary>Revokes every session of a user (POST /admin/revoke-user-sessions).</summary>
    /// <inheritdoc/>
    public async Task RevokeAllAsync(string userId, RequestContext context)
    {
        await CheckNotCutOffAsync(userId, context).ConfigureAwait(false);
        await users.GetAsync(userId, context).ConfigureAwait(false);
        await pipeline.SendForNothingAsync(BetterAuthUserService.Change("revoke-user-sessions", BetterAuthUserService.Target(userId)), context).ConfigureAwait(false);
    }

    /// <summary>Revokes one session (POST /admin/revoke-user-session), which the server knows by its token only.</summary>
    /// <inheritdoc/>
    public async Task RevokeAsync(string userId, string sessionId, RequestContext context)
    {
        JsonElement session = (await ReadAsync(userId, context).ConfigureAwait(false)).Find(s => s.Item.SessionId == sessionId).Json;
        if (session.ValueKind == JsonValueKind.Undefined)
        {
            throw new ToriiException(
                ToriiErrorId.NotFound, $"User {userId} has no session {Redactor.RedactLine(sessionId)}: it has ended, or is that of another user. No session was revoked.")
            { Variant = "session" };
        }

        string token = BetterAuthJson.Text(session, "token");
        if (!connection.IsRenewable && connection.IsOwn(token))
        {
            throw CutOff(userId);
        }

        ResourceBody body = new();
        body.Set("sessionToken", token);
        await pipeline.SendForNothingAsync(BetterAuthUserService.Change("revoke-user-session", body), context).ConfigureAwait(false);
    }

    /// <summary>Refuses to end the session of this connection where it cannot sign in again: what follows in a run would be cut off.</summary>
    /// <exception cref="ToriiException"><c>Torii.OwnAccount</c>.</exception>
    internal async Task CheckNotCutOffAsync(string userId, RequestContext context)
    {
        if (!connection.IsRenewable && ResponseValidator.SameId(userId, (await connection.GetAccountAsync(context).ConfigureAwait(false)).UserId))
        {
            throw CutOff(userId);
        }
    }

    private ToriiException CutOff(string userId) => new(
        ToriiErrorId.OwnAccount, $"User {userId} is the account of this connection ({connection.Hint}), which cannot sign in again. No session was revoked.")
    {
        Variant = "session",
    };

    private async Task<List<(ToriiSession Item, JsonElement Json)>> ReadAsync(string userId, RequestContext context)
    {
        ResourceBody body = BetterAuthUserService.Target(userId);
        List<(ToriiSession Item, JsonElement Json)> sessions = await pipeline.SendAsync(
            new ApiRequest
            {
                Method = HttpMethod.Post,
                Path = "/admin/list-user-sessions",
                Body = body.ToJson(),
                BodyFields = body.Members,
                IsRead = true,
                ReturnsSecret = true,
                NotFoundErrorId = ToriiErrorId.UserNotFound,
                ErrorVariant = BetterAuthService.ErrorVariant,
                Part = BetterAuthService.AdminPlugin,
            },
            context,
            response =>
            {
                List<(ToriiSession Item, JsonElement Json)> found = BetterAuthJson.ReadList(response, "sessions", BetterAuthJson.Session);
                return found.TrueForAll(s => s.Item.UserId == userId) ? found : throw new UnreadableResponseException("userId");
            }).ConfigureAwait(false);
        if (sessions.Count == 0)
        {
            // The list of an unknown user is empty too.
            await users.GetAsync(userId, context).ConfigureAwait(false);
        }

        return sessions;
    }
}
