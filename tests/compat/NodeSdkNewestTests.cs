using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Compat.Tests;

/// <summary>The same SDK against the contract that it was made for, or the nearest one there is a document of.</summary>
public sealed class NodeSdkNewestTests : IAsyncLifetime
{
    private EmulatorProcess emulator = null!;
    private NodeSdk sdk = null!;

    public async Task InitializeAsync()
    {
        emulator = await EmulatorProcess.StartAsync("--users", "60", "--contract", "0.0.12");
        sdk = new NodeSdk(emulator);
    }

    public async Task DisposeAsync() => await emulator.DisposeAsync();

    [NodeFact]
    public async Task It_creates_with_names_and_metadata()
    {
        JsonElement created = await sdk.RunAsync("create", new
        {
            users = new object[]
            {
                new { email = "ada@somewhere.example", firstName = "Ada", lastName = "Lovelace", publicMetadata = new { plan = "pro" }, privateMetadata = new { crm = 5 } },
            },
        });

        JsonElement user = created[0].GetProperty("value");
        Assert.Equal("Ada Lovelace", user.Text("name"));
        Assert.Equal("Ada", user.Text("firstName"));
        Assert.Equal("pro", user.GetProperty("publicMetadata").Text("plan"));
        Assert.Equal(5, user.GetProperty("privateMetadata").GetProperty("crm").GetInt32());
        Assert.Equal("{}", user.GetProperty("unsafeMetadata").GetRawText());
    }

    [NodeFact]
    public async Task It_changes_clears_and_merges()
    {
        string id = await emulator.CreateAsync(new { firstName = "Ada", lastName = "Lovelace", unsafeMetadata = new { step = 1, theme = "dark" } });

        JsonElement user = (await sdk.RunAsync("update", new { userId = id, change = new { firstName = (string?)null, unsafeMetadata = new { step = 2, theme = (string?)null } } })).GetProperty("value");

        Assert.Equal("Lovelace", user.Text("name"));
        Assert.Equal("""{"step":2}""", user.GetProperty("unsafeMetadata").GetRawText());
    }

    [NodeFact]
    public async Task It_finds_users_by_ids_and_by_exact_addresses()
    {
        var all = (await sdk.RunAsync("walk", new { limit = 100 })).GetProperty("users").EnumerateArray().ToList();
        string[] wanted = [all[7].Id(), all[3].Id()];

        JsonElement byId = await sdk.RunAsync("walk", new { filter = new { userIds = wanted } });
        JsonElement byAddress = await sdk.RunAsync("walk", new { filter = new { emailAddresses = new[] { "ADA@example.com" } } });

        Assert.Equal(wanted.Order(StringComparer.Ordinal), byId.GetProperty("users").EnumerateArray().Select(Operations.Id));
        Assert.Equal("ada@example.com", Assert.Single(byAddress.GetProperty("users").EnumerateArray()).Text("email"));
    }

    [NodeFact]
    public async Task Its_null_address_restricts_nothing_here()
    {
        JsonElement walk = await sdk.RunAsync("walk", new { limit = 100, filter = new { email = (string?)null } });

        Assert.Equal(60, walk.GetProperty("users").GetArrayLength());
    }
}
