using System.Text.Json.Nodes;

namespace Torii.Client.Tests.Support;

/// <summary>Organizations and memberships as the service writes them.</summary>
internal static class Teams
{
    /// <summary>The id of the n-th organization.</summary>
    public static string Id(int n) => $"01931a75-2000-7000-8000-{n:x12}";

    public static JsonObject Organization(int n = 0, string name = "Acme") => new()
    {
        ["id"] = Id(n),
        ["name"] = name,
        ["slug"] = name.ToLowerInvariant(),
        ["roleSetId"] = null,
        ["publicMetadata"] = new JsonObject { ["plan"] = "enterprise" },
        ["privateMetadata"] = new JsonObject(),
        ["createdAt"] = "2026-05-16T09:30:00Z",
    };

    /// <summary>A member as listMembers writes it.</summary>
    public static JsonObject Member(int organization, int user) => new()
    {
        ["organizationId"] = Id(organization),
        ["userId"] = People.Id(user),
        ["role"] = "org:member",
        ["roleName"] = "Member",
        ["publicMetadata"] = new JsonObject(),
        ["privateMetadata"] = new JsonObject { ["seat"] = "billable" },
        ["joinedAt"] = "2026-05-17T09:30:00Z",
    };

    /// <summary>A membership as listUserOrganizations writes it: without the user.</summary>
    public static JsonObject OfUser(int organization, string name = "Acme")
    {
        JsonObject membership = Member(organization, 0);
        membership.Remove("userId");
        membership["name"] = name;
        membership["slug"] = null;
        return membership;
    }

    /// <summary>Reads all items of a list.</summary>
    public static async Task<List<T>> ReadAsync<T>(IAsyncEnumerable<IReadOnlyList<T>> pages)
    {
        List<T> items = [];
        await foreach (IReadOnlyList<T> page in pages)
        {
            items.AddRange(page);
        }

        return items;
    }
}
