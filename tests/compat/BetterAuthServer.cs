using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Torii.Client;
using Torii.Client.Resources;
using Torii.Client.Services;

namespace Torii.Compat.Tests;

/// <summary>A running Better Auth server (better-auth/server.mjs), and connections to it.</summary>
public sealed class BetterAuthServer : IAsyncDisposable
{
    public static readonly Lazy<string?> MissingReason = new(() => Task.Run(() => NodePackages.InstallAsync(Folder, "Better Auth")).GetAwaiter().GetResult());

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly JsonElement _report;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false }) { Timeout = StartTimeout };
    private readonly List<BetterAuthService> _services = [];

    private BetterAuthServer(Process process, JsonElement report)
    {
        _process = process;
        _report = report;
    }

    public static string Folder => Path.Combine(NodeBundle.NodeFolder, "better-auth");

    public string Origin => _report.GetProperty("origin").GetString()!;

    public string AdminEmail => _report.GetProperty("email").GetString()!;

    public string AdminPassword => _report.GetProperty("password").GetString()!;

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="settings">Differences from the defaults of server.mjs.</param>
    public static async Task<BetterAuthServer> StartAsync(object? settings = null)
    {
        ProcessStartInfo start = new("node") { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("server.mjs");
        start.ArgumentList.Add(JsonSerializer.Serialize(settings ?? new { }));
        Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(StartTimeout);
        return line is null ? throw new InvalidOperationException("Better Auth did not start: " + await errors) : new BetterAuthServer(process, JsonDocument.Parse(line).RootElement);
    }

    /// <summary>A connection as the administrator, or as the account of a credential.</summary>
    public BetterAuthService Connect(BetterAuthCredential? credential = null, Func<BetterAuthServiceOptions, BetterAuthServiceOptions>? change = null)
    {
        BetterAuthServiceOptions options = new() { ApiUrl = new Uri(Origin), Credential = credential ?? BetterAuthCredential.FromPassword(AdminEmail, AdminPassword), MaxRetry = 1 };
        BetterAuthService service = new(change?.Invoke(options) ?? options);
        _services.Add(service);
        return service;
    }

    /// <summary>Sends a request as another client would, and returns its response.</summary>
    public async Task<(int Status, JsonElement Body, HttpResponseMessage Response)> SendAsync(string path, object? body = null, string? bearer = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(body is null ? HttpMethod.Get : HttpMethod.Post, $"{Origin}{path}") { Content = body is null ? null : JsonContent.Create(body) };
        foreach ((string name, string value) in bearer is null ? headers : [.. headers, ("Authorization", $"Bearer {bearer}")])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        HttpResponseMessage response = await _http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, JsonDocument.Parse(text.Length == 0 ? "null" : text).RootElement, response);
    }

    /// <summary>Signs in as another client would, and returns the session token with its signature.</summary>
    public async Task<string> SignInAsync(string email, string password)
    {
        (int status, JsonElement _, HttpResponseMessage response) = await SendAsync("/api/auth/sign-in/email", new { email, password });
        Assert.Equal(200, status);
        return response.Headers.TryGetValues("set-auth-token", out IEnumerable<string>? signed)
            ? signed.Single()
            : Uri.UnescapeDataString(response.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("better-auth.session_token=", StringComparison.Ordinal)).Split('=', 2)[1].Split(';')[0]);
    }

    /// <summary>The emails that the server would have sent, as kind and address.</summary>
    public async Task<IReadOnlyList<string>> MailsAsync() =>
        [.. (await SendAsync("/_test/mails")).Body.EnumerateArray().Select(static m => $"{m.GetProperty("kind").GetString()} {m.GetProperty("to").GetString()}")];

    public async ValueTask DisposeAsync()
    {
        _services.ForEach(static s => s.Dispose());
        _http.Dispose();
        _process.StandardInput.Close();
        using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}

/// <summary>A test that needs Node.js and Better Auth; skipped, with the reason, where they cannot be installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BetterAuthFactAttribute : FactAttribute
{
    /// <summary>Asks once whether a server can run here.</summary>
    public BetterAuthFactAttribute() => Skip = BetterAuthServer.MissingReason.Value;
}

/// <summary>Short forms for the tests.</summary>
internal static class BetterAuthExtensions
{
    public static ResourceBody Body(params (string Member, object? Value)[] members)
    {
        ResourceBody body = new();
        foreach ((string member, object? value) in members)
        {
            if (value is null)
            {
                body.Clear(member);
            }
            else
            {
                body.Set(member, value);
            }
        }

        return body;
    }

    public static Task<ToriiUser> CreateAsync(this BetterAuthService service, string name, params (string Member, object? Value)[] more) =>
        service.Users.CreateAsync(Body([("email", $"{name}@example.test"), ("name", name), .. more]), default);

    public static async Task<List<ToriiUser>> SearchAsync(this BetterAuthService service, UserQuery query, Func<IReadOnlyList<ToriiUser>, Task>? afterPage = null)
    {
        List<ToriiUser> users = [];
        await foreach (IReadOnlyList<ToriiUser> page in service.Users.SearchAsync(query, default))
        {
            users.AddRange(page);
            await (afterPage?.Invoke(page) ?? Task.CompletedTask);
        }

        return users;
    }

    public static async Task<UserLookupResult> FindAsync(this BetterAuthService service, UserKey by, string key) =>
        (await service.Users.GetManyAsync(by, [key], new LookupGate(1, haltOnError: false), default)).Single();

    public static async Task<string> FailAsync(Func<Task> work) => (await Assert.ThrowsAnyAsync<ToriiException>(work)).ErrorId;

    /// <summary>The code of an authenticator app (RFC 6238) for a secret in base32.</summary>
    public static string TotpCode(string secret)
    {
        byte[] key = [.. secret.TrimEnd('=').Select(static c => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal))
            .SelectMany(static v => Enumerable.Range(0, 5).Select(b => (v >> (4 - b)) & 1)).Chunk(8).Where(static b => b.Length == 8).Select(static b => (byte)b.Aggregate(0, static (sum, bit) => (sum << 1) | bit))];
        byte[] step = BitConverter.GetBytes(DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30);
        Array.Reverse(step);
#pragma warning disable CA5350 // The algorithm of authenticator apps.
        byte[] hash = System.Security.Cryptography.HMACSHA1.HashData(key, step);
#pragma warning restore CA5350
        int at = hash[^1] & 15;
        int number = ((hash[at] & 127) << 24) | (hash[at + 1] << 16) | (hash[at + 2] << 8) | hash[at + 3];
        return (number % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }
}
