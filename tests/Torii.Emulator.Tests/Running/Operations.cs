using System.Text.Json;

namespace Torii.Emulator.Tests.Running;

/// <summary>Shorthands for the operations of the contract.</summary>
public static class Operations
{
    public const string Api = "/api/server/v1";
    public const string Users = Api + "/users";
    public const string Organizations = Api + "/organizations";
    public const string Invitations = Api + "/invitations";
    public const string AllowedOrigins = Api + "/allowed-origins";

    private const int MaxPages = 1000;

    public static string User(string id) => $"{Users}/{id}";

    public static Task<Answer> GetAsync(this EmulatorProcess emulator, string id) => emulator.SendAsync("GET", User(id));

    public static Task<Answer> PatchAsync(this EmulatorProcess emulator, string id, object body) => emulator.SendAsync("PATCH", User(id), body);

    public static Task<Answer> DeleteAsync(this EmulatorProcess emulator, string id) => emulator.SendAsync("DELETE", User(id));

    public static Task<Answer> BanAsync(this EmulatorProcess emulator, string id) => emulator.SendAsync("POST", User(id) + "/ban");

    public static Task<Answer> UnbanAsync(this EmulatorProcess emulator, string id) => emulator.SendAsync("POST", User(id) + "/unban");

    public static Task<Answer> SessionsAsync(this EmulatorProcess emulator, string id) => emulator.SendAsync("GET", User(id) + "/sessions");

    public static Task<Answer> SearchAsync(this EmulatorProcess emulator, object? filter, string query = "") =>
        emulator.SendAsync("POST", $"{Users}/search{query}", filter);

    public static async Task<string> CreateAsync(this EmulatorProcess emulator, object? body = null) =>
        (await emulator.SendAsync("POST", Users, body ?? new { })).Ok(201).GetProperty("id").GetString()!;

    public static async Task<string> SignInAsync(this EmulatorProcess emulator, string userId, int expiresInSeconds = 3600) =>
        (await emulator.SendAsync("POST", "/_emulator/sessions", new { userId, expiresInSeconds }))["sessionId"];

    public static async Task AddFaultAsync(this EmulatorProcess emulator, object rule) =>
        (await emulator.SendAsync("POST", "/_emulator/faults", rule)).Ok(204);

    /// <summary>Pages through all users that match a filter, and counts the requests.</summary>
    /// <param name="afterPage">Called with each page before the next one is requested.</param>
    public static Task<(List<JsonElement> Users, int Requests)> FindAllAsync(
        this EmulatorProcess emulator, object filter, int limit, Func<JsonElement, Task>? afterPage = null) =>
        PageAsync(query => emulator.SearchAsync(filter, "?" + query), limit, afterPage);

    /// <summary>Pages through all items of a list, and counts the requests.</summary>
    public static Task<(List<JsonElement> Items, int Requests)> ListAllAsync(this EmulatorProcess emulator, string path, int limit = 100) =>
        PageAsync(query => emulator.SendAsync("GET", path + (path.Contains('?') ? "&" : "?") + query), limit);

    private static async Task<(List<JsonElement> Items, int Requests)> PageAsync(
        Func<string, Task<Answer>> requestPage, int limit, Func<JsonElement, Task>? afterPage = null)
    {
        List<JsonElement> items = [];
        int requests = 0;
        string? cursor = null;
        do
        {
            // A cursor that never ends must fail a test, not exhaust the memory.
            Assert.True(++requests <= MaxPages, $"Paging did not end within {MaxPages} pages.");
            JsonElement page = (await requestPage($"limit={limit}" + (cursor is null ? "" : "&cursor=" + cursor))).Ok();
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString();
            Assert.Equal(cursor is not null, page.GetProperty("hasMore").GetBoolean());
            if (afterPage is not null)
            {
                await afterPage(page);
            }
        }
        while (cursor is not null);
        return (items, requests);
    }

    /// <summary>Creates an invitation, with empty metadata unless <paramref name="body"/> is given.</summary>
    public static Task<Answer> InviteAsync(this EmulatorProcess emulator, string email, object? body = null) =>
        emulator.SendAsync("POST", Invitations, body ?? new { email, publicMetadata = new { }, privateMetadata = new { } });

    /// <summary>Gets the first seeded invitation with a status.</summary>
    public static async Task<string> FindInvitationAsync(this EmulatorProcess emulator, string status) =>
        (await emulator.SendAsync("GET", $"{Invitations}?limit=1&status={status}")).Ok().Ids().Single();

    /// <summary>Pages as <see cref="FindAllAsync"/> does, under the name that tests/compat uses.</summary>
    public static Task<(List<JsonElement> Users, int Requests)> WalkAsync(this EmulatorProcess emulator, object filter, int limit) =>
        emulator.FindAllAsync(filter, limit);

    public static string Id(this JsonElement user) => user.GetProperty("id").GetString()!;

    public static string? Text(this JsonElement user, string name) => user.GetProperty(name).GetString();

    public static IEnumerable<string> Ids(this JsonElement page) => page.GetProperty("items").EnumerateArray().Select(Id);
}
