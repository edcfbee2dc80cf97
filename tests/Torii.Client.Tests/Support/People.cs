using System.Text.Json.Nodes;

namespace Torii.Client.Tests.Support;

/// <summary>Users, sessions and pages as the service writes them.</summary>
internal static class People
{
    public const string EnvironmentId = "01931a72-0000-7000-8000-000000000000";

    /// <summary>The id of the n-th user.</summary>
    public static string Id(int n) => $"01931a73-8b00-7000-8000-{n:x12}";

    public static JsonObject User(
        int n = 0, string? name = "Ada Lovelace", string? email = "ada@example.com", string status = "active", string createdAt = "2026-05-16T09:30:00Z") => new()
        {
            ["id"] = Id(n),
            ["environmentId"] = EnvironmentId,
            ["name"] = name,
            ["email"] = email,
            ["status"] = status,
            ["createdAt"] = createdAt,
            ["updatedAt"] = createdAt,
        };

    public static JsonObject Session(int n, string userId) => new()
    {
        ["id"] = $"01931a74-1234-7000-8000-{n:x12}",
        ["userId"] = userId,
        ["environmentId"] = EnvironmentId,
        ["userAgent"] = "Mozilla/5.0",
        ["ipAddress"] = "203.0.113.42",
        ["createdAt"] = "2026-05-16T09:30:00Z",
        ["expiresAt"] = "2026-05-23T09:30:00Z",
        ["lastUsedAt"] = "2026-05-16T11:42:00Z",
    };

    public static JsonObject Page(string? nextCursor, params JsonObject[] users) => new()
    {
        ["items"] = new JsonArray([.. users]),
        ["nextCursor"] = nextCursor,
        ["hasMore"] = nextCursor is not null,
    };

    /// <summary>The page that a search asks for, out of so many users; the cursor is the id of the user before it.</summary>
    public static JsonObject PageOf(int users, Sent request)
    {
        int limit = int.Parse(request.Query("limit"));
        int from = request.Query("cursor") is { Length: > 0 } cursor ? Convert.ToInt32(cursor[^12..], 16) + 1 : 0;
        int to = Math.Min(users, from + limit);
        return Page(to < users ? Id(to - 1) : null, [.. Enumerable.Range(from, to - from).Select(static n => User(n, $"Person {n}", $"person{n}@example.com"))]);
    }
}
