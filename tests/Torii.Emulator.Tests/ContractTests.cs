using System.Text.Json;
using Torii.Emulator.Tests.Running;

namespace Torii.Emulator.Tests;

/// <summary>Which contract has which of the 26 operations.</summary>
public class ContractTests(ContractTests.AllContracts fixture) : IClassFixture<ContractTests.AllContracts>
{
    private static readonly string[] Contracts = ["0.0.2", "0.0.3", "0.0.12", "0.0.13"];

    /// <summary>The name, method and path of each operation, and the first contract that has it.</summary>
    private static readonly (string Name, string Method, string Path, string Since)[] Table =
    [
        ("createUser", "POST", "/users", "0.0.2"),
        ("searchUsers", "POST", "/users/search", "0.0.2"),
        ("getUser", "GET", "/users/{id}", "0.0.2"),
        ("updateUser", "PATCH", "/users/{id}", "0.0.2"),
        ("deleteUser", "DELETE", "/users/{id}", "0.0.2"),
        ("banUser", "POST", "/users/{id}/ban", "0.0.2"),
        ("unbanUser", "POST", "/users/{id}/unban", "0.0.2"),
        ("listSessions", "GET", "/users/{id}/sessions", "0.0.2"),
        ("revokeAllSessions", "DELETE", "/users/{id}/sessions", "0.0.2"),
        ("revokeSession", "DELETE", "/users/{id}/sessions/{id}", "0.0.2"),
        ("updateUserMetadata", "PATCH", "/users/{id}/metadata", "0.0.12"),
        ("mintImpersonationToken", "POST", "/users/{id}/impersonation-token", "0.0.12"),
        ("listUserOrganizations", "GET", "/users/{id}/organizations", "0.0.12"),
        ("listOrganizations", "GET", "/organizations", "0.0.12"),
        ("getOrganization", "GET", "/organizations/{id}", "0.0.12"),
        ("updateOrganizationMetadata", "PATCH", "/organizations/{id}/metadata", "0.0.12"),
        ("listMembers", "GET", "/organizations/{id}/members", "0.0.12"),
        ("updateMemberMetadata", "PATCH", "/organizations/{id}/members/{id}/metadata", "0.0.12"),
        ("listInvitations", "GET", "/invitations", "0.0.12"),
        ("createInvitation", "POST", "/invitations", "0.0.12"),
        ("getInvitation", "GET", "/invitations/{id}", "0.0.12"),
        ("updateInvitationMetadata", "PATCH", "/invitations/{id}", "0.0.13"),
        ("revokeInvitation", "DELETE", "/invitations/{id}", "0.0.12"),
        ("resendInvitation", "POST", "/invitations/{id}/resend", "0.0.12"),
        ("listAllowedOrigins", "GET", "/allowed-origins", "0.0.12"),
        ("setAllowedOrigins", "PUT", "/allowed-origins", "0.0.12"),
    ];

    public static TheoryData<string, string, string, string> Known => Rows(known: true);

    public static TheoryData<string, string, string, string> Unknown => Rows(known: false);

    [Fact]
    public void The_newest_contract_has_26_operations() => Assert.Equal(26, Table.DistinctBy(row => (row.Method, row.Path)).Count());

    [Theory]
    [MemberData(nameof(Known))]
    public async Task A_contract_has_the_operation_under_its_name(string contract, string name, string method, string path)
    {
        EmulatorProcess emulator = fixture.Emulators[contract];
        Answer answer = await SendAsync(emulator, method, path);

        Assert.NotEqual("not_found", answer.Status >= 400 ? answer["code"] : "");
        Assert.NotInRange(answer.Status, 500, 599);
        JsonElement journal = (await emulator.SendAsync("GET", "/_emulator/journal")).Ok();
        Assert.Equal(name, journal.GetProperty("entries").EnumerateArray().Last().Text("operation"));
    }

    [Theory]
    [MemberData(nameof(Known))]
    public async Task A_fault_rule_reaches_the_operation_by_its_name(string contract, string name, string method, string path)
    {
        EmulatorProcess emulator = fixture.Emulators[contract];
        await emulator.AddFaultAsync(new { operation = name, kind = "status", status = 418, code = "teapot", times = 1 });

        (await SendAsync(emulator, method, path)).Problem(418, "teapot");
        Assert.NotEqual(418, (await SendAsync(emulator, method, path)).Status);
    }

    [Theory]
    [MemberData(nameof(Known))]
    public async Task An_operation_without_a_key_is_401(string contract, string name, string method, string path)
    {
        EmulatorProcess emulator = fixture.Emulators[contract];
        await emulator.SendAsync("DELETE", "/_emulator/requests");

        Answer answer = await SendAsync(emulator, method, path, request => request.Headers.Add("Authorization", "Bearer sk_test_wrong"));

        answer.Problem(401, "invalid_secret_key");
        Assert.Equal(1, (await emulator.SendAsync("GET", "/_emulator/requests")).Ok().GetProperty("byOperation").GetProperty(name).GetInt32());
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public async Task An_operation_of_a_newer_contract_is_unknown(string contract, string name, string method, string path)
    {
        EmulatorProcess emulator = fixture.Emulators[contract];
        Answer answer = await SendAsync(emulator, method, path);

        // The path is known in 0.0.12, without this method.
        _ = name == "updateInvitationMetadata" && contract == "0.0.12"
            ? answer.Problem(405, "method_not_allowed")
            : answer.Problem(404, "not_found");
        (await emulator.SendAsync("POST", "/_emulator/faults", new { operation = name, kind = "reset" })).Problem(400, "invalid_request", "operation");
    }

    private static Task<Answer> SendAsync(EmulatorProcess emulator, string method, string path, Action<HttpRequestMessage>? adjust = null) =>
        emulator.SendAsync(method, Operations.Api + path.Replace("{id}", Guid.NewGuid().ToString()), method is "GET" or "DELETE" ? null : new { }, adjust);

    private static TheoryData<string, string, string, string> Rows(bool known)
    {
        var rows = new TheoryData<string, string, string, string>();
        foreach (string contract in Contracts)
        {
            foreach ((string name, string method, string path, string since) in Table)
            {
                if (Array.IndexOf(Contracts, contract) >= Array.IndexOf(Contracts, since) == known)
                {
                    rows.Add(contract, name, method, path);
                }
            }
        }

        return rows;
    }

    public sealed class AllContracts : IAsyncLifetime
    {
        public Dictionary<string, EmulatorProcess> Emulators { get; } = [];

        public async Task InitializeAsync()
        {
            foreach (string contract in Contracts)
            {
                Emulators[contract] = await EmulatorProcess.StartAsync("--users", "0", "--contract", contract);
                Assert.Equal(contract, Emulators[contract].Report.Text("contract"));
            }
        }

        public async Task DisposeAsync() => await Task.WhenAll(Emulators.Values.Select(emulator => emulator.DisposeAsync().AsTask()));
    }
}
