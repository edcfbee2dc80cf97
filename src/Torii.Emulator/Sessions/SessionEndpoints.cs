namespace Torii.Emulator.Sessions;

/// <summary>The operations on the sessions of a user. None has a 404: an unknown user is 403, as a foreign one.</summary>
internal sealed class SessionEndpoints(EmulatedEnvironment environment)
{
    private const string Path = "/api/server/v1/users/{userId}/sessions";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOperation("listSessions", "GET", Path, List);
        routes.MapOperation("revokeAllSessions", "DELETE", Path, RevokeAll);
        routes.MapOperation("revokeSession", "DELETE", Path + "/{sessionId}", Revoke);
    }

    private Reply List(OperationRequest request)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var active = FindUser(request).Sessions.Where(session => session.IsActive(now)).OrderByDescending(session => session.LastUsedAt).ToList();
        return Reply.JsonBytes(200, JsonFormat.Write(json =>
        {
            json.WriteStartArray();
            active.ForEach(session => session.Write(json, environment.Contract));
            json.WriteEndArray();
        }));
    }

    private Reply RevokeAll(OperationRequest request)
    {
        FindUser(request).RevokeSessions(_ => true);
        return Reply.NoContent;
    }

    private Reply Revoke(OperationRequest request)
    {
        Guid sessionId = request.PathId("sessionId");
        UserEntry user = FindUser(request);
        if (!user.Sessions.Any(session => session.Id == sessionId))
        {
            throw RequestRefusedException.NoAccess();
        }

        user.RevokeSessions(session => session.Id == sessionId);
        return Reply.NoContent;
    }

    private UserEntry FindUser(OperationRequest request) => environment.FindAccessible(request.PathId("userId"));
}
