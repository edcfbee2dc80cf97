using System.Text.Json.Nodes;

namespace Torii.Client.Tests.Support;

/// <summary>Invitations as the service writes them.</summary>
internal static class Invites
{
    public const string Path = "/api/server/v1/invitations";

    /// <summary>The id of the n-th invitation.</summary>
    public static string Id(int n) => $"01931a76-3000-7000-8000-{n:x12}";

    public static JsonObject Invitation(int n = 0, string email = "ada@example.com", string status = "PENDING") => new()
    {
        ["id"] = Id(n),
        ["environmentId"] = People.EnvironmentId,
        ["email"] = email,
        ["status"] = status,
        ["expiresAt"] = "2026-05-23T09:30:00Z",
        ["createdAt"] = "2026-05-16T09:30:00Z",
        ["acceptedAt"] = status == "ACCEPTED" ? "2026-05-16T10:00:00Z" : null,
        ["revokedAt"] = status == "REVOKED" ? "2026-05-16T10:00:00Z" : null,
    };

    /// <summary>With both bags, as reading one invitation writes it from contract 0.0.13 on.</summary>
    public static JsonObject WithMetadata(this JsonObject invitation, string publicMetadata = "{}", string privateMetadata = "{}")
    {
        invitation["publicMetadata"] = JsonNode.Parse(publicMetadata);
        invitation["privateMetadata"] = JsonNode.Parse(privateMetadata);
        return invitation;
    }

    /// <summary>Reads all pages.</summary>
    public static async Task<List<ToriiInvitation>> SearchAsync(this ToriiService client, InvitationQuery query)
    {
        List<ToriiInvitation> found = [];
        await foreach (IReadOnlyList<ToriiInvitation> page in client.Invitations!.SearchAsync(query, default))
        {
            found.AddRange(page);
        }

        return found;
    }
}
