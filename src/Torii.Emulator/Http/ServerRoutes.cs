using Torii.Emulator.Contracts;
using Torii.Emulator.Sessions;
using Torii.Emulator.Tokens;
using Torii.Emulator.Users;

namespace Torii.Emulator.Http;

/// <summary>The operations of the contract, by their names and paths.</summary>
internal static class ServerRoutes
{
    private const string Users = "/api/server/v1/users";
    private const string User = Users + "/{userId}";

    public static RouteTable Create(ContractVersion contract, UserOperations users, UserSearch search, SessionOperations sessions, KeySetOperation keySet)
    {
        List<Operation> operations =
        [
            new("createUser", "POST", Users, users.Create),
            new("searchUsers", "POST", Users + "/search", search.Search),
            new("getUser", "GET", User, users.Get),
            new("updateUser", "PATCH", User, users.Update),
            new("deleteUser", "DELETE", User, users.Delete),
            new("banUser", "POST", User + "/ban", users.Ban),
            new("unbanUser", "POST", User + "/unban", users.Unban),
            new("listSessions", "GET", User + "/sessions", sessions.List),
            new("revokeAllSessions", "DELETE", User + "/sessions", sessions.RevokeAll),
            new("revokeSession", "DELETE", User + "/sessions/{sessionId}", sessions.Revoke),
            new(KeySetOperation.Name, "GET", KeySetOperation.Path, keySet.Get),
        ];
        if (contract.HasMetadata)
        {
            operations.Add(new("updateUserMetadata", "PATCH", User + "/metadata", users.UpdateMetadata));
        }

        return new RouteTable(operations);
    }
}
