using System.Text.Json;
using Torii.Emulator.Http;
using Torii.Emulator.Store;

namespace Torii.Emulator.Sessions;

/// <summary>The operations on a user's sessions. None of them knows a 404: nobody looks like somebody else's user.</summary>
internal sealed class SessionOperations(EmulatedEnvironment environment)
{
    public ApiAnswer List(ApiRequest request)
    {
        var user = Find(request);
        var now = DateTimeOffset.UtcNow;
        var alive = user.Sessions.Where(session => session.IsAlive(now)).OrderByDescending(session => session.LastUsedAt);
        return ApiAnswer.Json(200, json =>
        {
            json.WriteStartArray();
            foreach (var session in alive)
            {
                Write(json, user.Id, session);
            }

            json.WriteEndArray();
        });
    }

    public ApiAnswer RevokeAll(ApiRequest request)
    {
        Find(request).RevokeSessions(_ => true);
        return ApiAnswer.NoContent;
    }

    public ApiAnswer Revoke(ApiRequest request)
    {
        var sessionId = request.PathId("sessionId");
        var user = Find(request);
        if (!user.Sessions.Any(session => session.Id == sessionId))
        {
            throw Refusal.NoAccess();
        }

        user.RevokeSessions(session => session.Id == sessionId);
        return ApiAnswer.NoContent;
    }

    private UserEntry Find(ApiRequest request)
    {
        var user = environment.Users.Find(request.PathId("userId"));
        return user is null || user.State.Status == UserStatus.Deleted ? throw Refusal.NoAccess() : user;
    }

    private void Write(Utf8JsonWriter json, Guid userId, UserSession session)
    {
        json.WriteStartObject();
        json.WriteString("id", session.Id);
        json.WriteString("userId", userId);
        json.WriteString("environmentId", environment.Id);
        json.WriteString("userAgent", session.UserAgent);
        json.WriteString("ipAddress", session.IpAddress);
        json.WriteInstant("createdAt", session.CreatedAt);
        json.WriteInstant("expiresAt", session.ExpiresAt);
        json.WriteInstant("lastUsedAt", session.LastUsedAt);
        if (environment.Contract.HasActiveOrganization)
        {
            json.WriteId("activeOrganizationId", session.ActiveOrganizationId);
        }

        if (environment.Contract.HasImpersonatedBy)
        {
            json.WriteId("impersonatedBy", session.ImpersonatedBy);
        }

        json.WriteEndObject();
    }
}
