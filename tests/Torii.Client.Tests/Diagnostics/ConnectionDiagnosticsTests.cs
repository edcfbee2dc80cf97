using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Torii.Client.Diagnostics;
using Torii.Client.Tests.Support;
using Torii.Client.Tests.Tokens;
using Torii.Client.Tokens;

namespace Torii.Client.Tests.Diagnostics;

public sealed class ConnectionDiagnosticsTests
{
    private static readonly string[] Order = ["Proxy", "NameResolution", "Tcp", "Tls", "Credential", "ClockSkew", "IssuerKeys", "Features"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_working_connection_on_this_machine_passes_every_check_that_it_can_have()
    {
        using WireServer server = Server();

        IReadOnlyList<ConnectionCheck> checks = await RunAsync(server.Address);

        Assert.Equal(Order, checks.Select(static c => c.Check));
        Assert.Equal("Passed Skipped Passed Skipped Passed Passed Skipped Passed", Statuses(checks));
        Assert.All(checks, static c => Assert.Null(c.Error ?? (object?)c.Advice));
        Assert.All(server.Requests, static r => Assert.True(r.Head.StartsWith("GET ", StringComparison.Ordinal) || r.Head.StartsWith("POST /api/server/v1/users/search?limit=1 ", StringComparison.Ordinal), r.Head));
    }

    [Fact]
    public async Task A_refused_key_is_the_error_of_the_credential_and_does_not_hide_the_clock()
    {
        using WireServer server = Server(static _ => (401, """{"detail":"No."}"""));

        IReadOnlyList<ConnectionCheck> checks = await RunAsync(server.Address);

        Assert.Equal("Passed Skipped Passed Skipped Failed Passed Skipped Skipped", Statuses(checks));
        Assert.Equal(ToriiErrorId.Unauthorized, checks[4].Error?.ErrorId);
    }

    [Fact]
    public async Task A_port_that_does_not_listen_is_the_cause_and_what_depends_on_it_is_skipped()
    {
        using WireServer closed = Server();
        closed.Dispose();

        IReadOnlyList<ConnectionCheck> checks = await RunAsync(closed.Address, issuer: "https://issuer.example.com", keys: new SigningKeyCache(new ScriptedHandler(static _ => Answer.Json("""{"keys":[]}"""))));

        Assert.Equal("Passed Skipped Failed Skipped Skipped Skipped Failed Skipped", Statuses(checks));
        Assert.Equal((ToriiErrorId.ConnectionFailed, null), (checks[2].Error!.ErrorId, checks[2].Error!.Variant));
        Assert.Contains("no process listens", checks[2].Message);
        Assert.Equal("The check Tcp failed.", checks[7].Message);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_the_cause()
    {
        IReadOnlyList<ConnectionCheck> checks = await RunAsync(
            new Uri("https://api.example.com"), resolve: static (_, _) => throw new SocketException((int)SocketError.HostNotFound));

        Assert.Equal("Passed Failed Skipped Skipped Skipped Skipped Skipped Skipped", Statuses(checks));
        Assert.Contains("api.example.com could not be resolved: the name does not resolve.", checks[1].Message);
    }

    [Fact]
    public async Task A_check_that_does_not_end_ends_at_its_limit()
    {
        IReadOnlyList<ConnectionCheck> checks = await RunAsync(
            new Uri("https://api.example.com"), resolve: static (_, _) => new TaskCompletionSource<IPAddress[]>().Task, limit: TimeSpan.FromMilliseconds(50));

        Assert.Equal((CheckStatus.Failed, "slow"), (checks[1].Status, checks[1].Advice));
        Assert.Contains("within 0.05 s", checks[1].Message);
    }

    [Fact]
    public async Task Cancelling_ends_a_check_at_once()
    {
        using CancellationTokenSource stop = new();
        TaskCompletionSource started = new();
        Task<IReadOnlyList<ConnectionCheck>> run = RunAsync(
            new Uri("https://api.example.com"),
            resolve: (_, _) =>
            {
                started.SetResult();
                return new TaskCompletionSource<IPAddress[]>().Task;
            },
            cancellation: stop.Token);
        await started.Task.Soon();

        await Patience.AtOnce(async () =>
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        });
    }

    [Theory]
    [InlineData(0, CheckStatus.Passed, "agree")]
    [InlineData(20, CheckStatus.Warning, "s behind that of the service")]
    [InlineData(-20, CheckStatus.Warning, "s ahead of that of the service")]
    [InlineData(3600, CheckStatus.Failed, "tokens are accepted with up to 30 s")]
    [InlineData(-3600, CheckStatus.Failed, "tokens are accepted with up to 30 s")]
    public async Task The_clock_is_compared_with_the_date_of_the_response(int seconds, CheckStatus status, string message)
    {
        using WireServer server = Server(date: () => DateTimeOffset.UtcNow.AddSeconds(seconds));

        ConnectionCheck clock = (await RunAsync(server.Address)).Single(static c => c.Check == "ClockSkew");

        Assert.Equal(status, clock.Status);
        Assert.Contains(message, clock.Message);
        Assert.Equal(status == CheckStatus.Passed ? null : "clockSkew", clock.Advice);
    }

    [Fact]
    public async Task Without_a_date_the_clock_is_not_judged()
    {
        using WireServer server = Server(date: static () => null);

        Assert.Equal(CheckStatus.Skipped, (await RunAsync(server.Address)).Single(static c => c.Check == "ClockSkew").Status);
    }

    [Fact]
    public async Task The_keys_of_the_issuer_are_read_anew_and_counted()
    {
        using WireServer server = Server();
        ScriptedIssuer issuer = new();
        SigningKeyCache keys = new(issuer);

        ConnectionCheck check = (await RunAsync(server.Address, issuer: "https://issuer.example.com/", keys: keys)).Single(static c => c.Check == "IssuerKeys");

        Assert.Equal(CheckStatus.Passed, check.Status);
        Assert.Matches(@"^https://issuer\.example\.com publishes \d+ .*for ES256\.$", check.Message);
        Assert.Empty(keys.Known());
    }

    [Theory]
    [InlineData("""{"keys":[]}""", 200, "publishes 0 keys", null)]
    [InlineData("<html>", 200, "not a valid JSON Web Key Set", ToriiErrorId.KeysUnavailable)]
    [InlineData("", 404, "status 404", ToriiErrorId.KeysUnavailable)]
    public async Task An_issuer_without_usable_keys_fails(string body, int status, string message, string? errorId)
    {
        using WireServer server = Server();
        SigningKeyCache keys = new(new ScriptedHandler(_ => Answer.Json(body, (HttpStatusCode)status)));

        ConnectionCheck check = (await RunAsync(server.Address, issuer: "https://issuer.example.com", keys: keys)).Single(static c => c.Check == "IssuerKeys");

        Assert.Equal((CheckStatus.Failed, errorId), (check.Status, check.Error?.ErrorId));
        Assert.Contains(message, check.Message);
    }

    [Fact]
    public async Task What_the_server_supports_is_found_by_reading()
    {
        using WireServer server = Server(static path =>
            path.EndsWith("/metadata", StringComparison.Ordinal) ? (405, "{}")
            : path.EndsWith("/impersonation-token", StringComparison.Ordinal) ? (404, "{}")
            : path.Contains("/organizations", StringComparison.Ordinal) ? (404, "{}")
            : path.Contains("/invitations", StringComparison.Ordinal) ? (403, "{}")
            : (200, """{"items":[],"origins":[]}"""));

        ConnectionCheck features = (await RunAsync(server.Address)).Single(static c => c.Check == "Features");

        Assert.Equal((CheckStatus.Warning, "unknownFeature"), (features.Status, features.Advice));
        Assert.Equal("Has metadata operations, allowed origins. Lacks organizations, impersonation tokens. Not known: invitations.", features.Message);
    }

    [Fact]
    public async Task A_trusted_certificate_passes_and_no_request_is_sent()
    {
        using TlsServer server = new("localhost", TimeSpan.FromDays(90));

        ConnectionCheck tls = await TlsAsync(server, $"https://localhost:{server.Port}");

        Assert.Equal(CheckStatus.Passed, tls.Status);
        Assert.Matches(@"^TLS 1\.[23]; the certificate for localhost, issued by localhost, expires on \d{4}-\d\d-\d\d\.$", tls.Message);
        Assert.Equal(0, server.Received);
    }

    [Fact]
    public async Task Tls_goes_through_the_proxy_without_the_key()
    {
        using TlsServer server = new("api.example.com", TimeSpan.FromDays(90));

        IReadOnlyList<ConnectionCheck> checks = await RunAsync(new Uri("https://api.example.com"), proxy: server.Proxy, tls: server);

        Assert.Equal("Passed Skipped Passed Passed", Statuses([.. checks.Take(4)]));
        Assert.StartsWith("CONNECT api.example.com:443 ", server.ProxyHead, StringComparison.Ordinal);
        Assert.DoesNotContain(TestClient.Key, server.ProxyHead);
        Assert.Contains(ServiceAddress.Display(server.Proxy), checks[0].Message);
        Assert.Contains("the proxy 127.0.0.1", checks[2].Message);
    }

    [Fact]
    public async Task A_certificate_that_this_machine_does_not_trust_fails()
    {
        using TlsServer server = new("localhost", TimeSpan.FromDays(90));

        IReadOnlyList<ConnectionCheck> checks = await RunAsync(new Uri($"https://localhost:{server.Port}"));

        Assert.Equal("Passed Passed Passed Failed Skipped Skipped Skipped Skipped", Statuses(checks));
        Assert.Contains("this machine does not trust its issuer", checks[3].Message);
        Assert.Equal((ToriiErrorId.ConnectionFailed, "tls"), (checks[3].Error!.ErrorId, checks[3].Error!.Variant));
    }

    [Fact]
    public async Task A_certificate_for_another_name_fails()
    {
        using TlsServer server = new("other.example.com", TimeSpan.FromDays(90));

        Assert.Contains("it is for another name", (await TlsAsync(server, $"https://localhost:{server.Port}")).Message);
    }

    [Fact]
    public async Task An_expired_certificate_fails()
    {
        using TlsServer server = new("localhost", TimeSpan.FromDays(-1));

        Assert.Contains("it is not valid at this time", (await TlsAsync(server, $"https://localhost:{server.Port}")).Message);
    }

    [Fact]
    public async Task A_server_without_tls_fails()
    {
        using WireServer server = new(static (_, connection) =>
        {
            connection.Close();
            return Task.CompletedTask;
        });

        ConnectionCheck tls = (await RunAsync(new Uri($"https://127.0.0.1:{server.Address.Port}"), limit: TimeSpan.FromSeconds(1)))[3];

        Assert.Equal(CheckStatus.Failed, tls.Status);
    }

    [Theory]
    [InlineData(SslProtocols.Tls13, 15, CheckStatus.Passed, null)]
    [InlineData(SslProtocols.Tls12, 13, CheckStatus.Warning, "certificateExpiry")]
#pragma warning disable CA5397, SYSLIB0039 // What a server of another time may still agree on.
    [InlineData(SslProtocols.Tls11, 90, CheckStatus.Warning, "oldTls")]
#pragma warning restore CA5397, SYSLIB0039
    public void An_old_protocol_and_a_certificate_that_expires_soon_are_warnings(SslProtocols protocol, int days, CheckStatus status, string? advice)
    {
        DateTimeOffset now = new(2026, 5, 16, 9, 30, 0, TimeSpan.Zero);

        ConnectionCheck check = new TlsFacts(protocol, "api.example.com", "Example CA", now.AddDays(days), null).Judge("Tls", now);

        Assert.Equal((status, advice), (check.Status, check.Advice));
    }

    [Fact]
    public async Task No_result_has_the_key_also_where_the_service_repeats_it()
    {
        using WireServer server = Server(static _ => (500, $$"""{"detail":"Bearer {{TestClient.Key}}"}"""));

        IReadOnlyList<ConnectionCheck> checks = await RunAsync(server.Address);

        Assert.All(checks, static c => Assert.DoesNotContain(TestClient.Key, $"{c}{c.Error}"));
    }

    private static string Statuses(IReadOnlyList<ConnectionCheck> checks) => string.Join(' ', checks.Select(static c => c.Status));

    private static async Task<ConnectionCheck> TlsAsync(TlsServer server, string address) => (await RunAsync(new Uri(address), tls: server))[3];

    private static async Task<IReadOnlyList<ConnectionCheck>> RunAsync(
        Uri address,
        Uri? proxy = null,
        string? issuer = null,
        SigningKeyCache? keys = null,
        TlsServer? tls = null,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        TimeSpan? limit = null,
        CancellationToken cancellation = default)
    {
        ToriiServiceOptions options = TestClient.Options with { ApiUrl = address, Proxy = proxy, MaxRetry = 0 };
        using ToriiService service = new(options);
        ConnectionDiagnostics diagnostics = new(options.Describe(), service.Pipeline, TimeProvider.System)
        {
            CheckCredential = service.CheckAsync,
            FindFeatures = context => ToriiFeatureProbe.FindAsync(service.Pipeline, context),
            Keys = keys ?? new SigningKeyCache(new ScriptedHandler(static _ => throw new InvalidOperationException("not asked for"))),
            ChainPolicy = tls?.Trusting,
            Resolve = resolve ?? Dns.GetHostAddressesAsync,
        };
        List<ConnectionCheck> checks = [];
        await foreach (ConnectionCheck check in diagnostics.RunAsync(issuer, limit ?? Limit, TestClient.Context(cancellation: cancellation)))
        {
            checks.Add(check);
        }

        return checks;
    }

    /// <summary>A service that answers every path alike, with the date of this machine unless told.</summary>
    private static WireServer Server(Func<string, (int Status, string Body)>? answer = null, Func<DateTimeOffset?>? date = null) => new((request, connection) =>
    {
        (int status, string body) = answer?.Invoke(request.Head.Split(' ')[1]) ?? (200, """{"items":[],"nextCursor":null,"hasMore":false,"origins":[]}""");
        DateTimeOffset? shown = date is null ? DateTimeOffset.UtcNow : date();
        return connection.AnswerAsync(status, body, shown is { } at ? [$"Date: {at.UtcDateTime.ToString("r", CultureInfo.InvariantCulture)}"] : []);
    });
}
