using System.Globalization;
using System.Net;
using System.Text;
using Torii.Client.Diagnostics;
using Torii.Client.Http;
using Torii.Client.Resources;
using Torii.Client.Tokens;

namespace Torii.Client.Services;

/// <summary>A server with Better Auth 1.3.26 or newer, through an account with the admin role.</summary>
public sealed class BetterAuthService : IIdentityService
{
    internal const string Active = "active";
    internal const string Banned = "banned";
    internal const string AdminPlugin = "admin plugin";
    internal const string OrganizationPlugin = "organization plugin";

    /// <summary>The recommended actions for errors about users that the account of the connection decides.</summary>
    internal const string ErrorVariant = "account";

    private const int LongestId = 255;

    /// <summary>The operations that read, and are sent as POST nevertheless.</summary>
    private static readonly string[] Reads = ["/admin/list-user-sessions", "/admin/has-permission", "/organization/has-permission", "/organization/check-slug", "/is-username-available"];

    /// <summary>A path of each plugin that a GET tells from one that does not exist.</summary>
    private static readonly (string Name, string Path)[] Plugins =
        [(AdminPlugin, "/admin/list-users?limit=1"), (OrganizationPlugin, "/organization/list"), ("api-key plugin", "/api-key/get"), ("jwt plugin", "/jwks")];

    private readonly BetterAuthSession _session;
    private readonly ApiPipeline _pipeline;
    private readonly ApiPipeline _anonymous;
    private readonly ServiceInfo _info;
    private readonly BetterAuthUserService _users;

    /// <summary>Creates a service; no request is sent.</summary>
    /// <param name="options">The address, the account and the limits.</param>
    /// <param name="handler">Sends the requests in place of the network; for tests.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public BetterAuthService(BetterAuthServiceOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _info = new ServiceInfo
        {
            Kind = "Better Auth",
            Address = options.ApiUrl,
            AccountHint = options.Credential.Hint,
            Fingerprint = options.Credential.FingerprintFor(options.ApiUrl),
            UserStatuses = [Active, Banned],
            InvitationStatuses = ["pending", "accepted", "rejected", "canceled"],
            UserFields = BetterAuthUserService.Fields,
            HasOpaqueIds = true,
            DeletesForGood = true,
            Alternatives = new Dictionary<string, string>
            {
                [nameof(IAllowedOriginService)] = "Set trustedOrigins in the configuration of the server.",
            },
        };
        TimeProvider clock = time ?? TimeProvider.System;
        _session = new BetterAuthSession(options) { Anonymous = () => _anonymous! };
        ServiceDescription description = options.Describe(_session);
        _pipeline = new ApiPipeline(description, handler, clock);
        _anonymous = new ApiPipeline(options.Describe(new BetterAuthAnonymous(_session)), handler, clock);
        _users = new BetterAuthUserService(_pipeline, _anonymous, _session, clock);
        BetterAuthSessionService sessions = new(_pipeline, _session, _users);
        Sessions = sessions;
        UserImport = new BetterAuthUserImport(_session);
        Accounts = new BetterAuthAccountService(_pipeline, _anonymous, _session, _users, sessions);
        BetterAuthOrganizationService organizations = new(_pipeline, _users);
        Organizations = organizations;
        Invitations = new BetterAuthInvitationService(_pipeline, organizations, clock);
        Impersonation = new BetterAuthImpersonationService(_pipeline, _session, _users);
        // POST /api-key/create returns the key as 'key', and POST /two-factor/enable a secret in an address.
        Requests = new RequestService(_pipeline, options.ApiUrl, static path => Reads.Contains(path), returnsSecrets: true, FindPlugin);
        Diagnostics = new ConnectionDiagnostics(description, _pipeline, clock)
        {
            CheckCredential = CheckAsync,
            FindFeatures = FindPluginsAsync,
            TokenOptions = GetTokenOptions,
        };
    }

    /// <summary>The address, the account and the limits.</summary>
    public BetterAuthServiceOptions Options { get; }

    /// <inheritdoc/>
    public ServiceInfo Info => _session.Known is { } account ? _info with { AccountUserId = account.UserId, ExpiresAt = account.ExpiresAt } : _info;

    /// <summary>Always null: a server has no environments.</summary>
    public string? EnvironmentId => null;

    /// <inheritdoc/>
    public IUserService Users => _users;

    /// <inheritdoc/>
    public ISessionService Sessions { get; }

    /// <inheritdoc/>
    public IOrganizationService? Organizations { get; }

    /// <inheritdoc/>
    public IInvitationService? Invitations { get; }

    /// <inheritdoc/>
    public IImpersonationService? Impersonation { get; }

    /// <summary>Always null: trusted origins are part of the server's own configuration.</summary>
    public IAllowedOriginService? AllowedOrigins => null;

    /// <inheritdoc/>
    public IAccountService? Accounts { get; }

    /// <inheritdoc/>
    public IRequestService? Requests { get; }

    /// <inheritdoc/>
    public IConnectionDiagnostics? Diagnostics { get; }

    /// <inheritdoc/>
    public IUserImport UserImport { get; }

    internal ApiPipeline Pipeline => _pipeline;

    /// <summary>
    /// Signs in, and refuses an account that may not list users and a server older than 1.3.26. The session stays open,
    /// also after a check that fails: <see cref="SignOutAsync"/> ends it.
    /// </summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.Unauthorized</c>, <c>Torii.Forbidden</c>: the account is not an administrator; <c>Torii.NotSupported</c>:
    /// the server is too old or has no admin plugin; or what every request throws.
    /// </exception>
    public async Task CheckAsync(RequestContext context)
    {
        BetterAuthAccount account = await _session.GetAccountAsync(context).ConfigureAwait(false);
        await CheckRoleAsync(context).ConfigureAwait(false);
        await CheckVersionAsync(account.UserId, context).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task SignOutAsync(RequestContext context) => _session.SignOutAsync(context);

    /// <summary>An id is any text: a deployment chooses how ids are made.</summary>
    /// <inheritdoc/>
    public string? FindIdProblem(ResourceKind kind, string? id)
    {
        string noun = kind.ToString().ToLowerInvariant();
        return string.IsNullOrWhiteSpace(id) ? $"The {noun} id is empty."
            : id.Length > LongestId ? $"The {noun} id has {id.Length} characters; at most {LongestId} are possible."
            : id.EnumerateRunes().Any(static r => Rune.IsWhiteSpace(r) || Rune.GetUnicodeCategory(r) is UnicodeCategory.Control or UnicodeCategory.Format || r == Rune.ReplacementChar)
                ? $"'{Redactor.RedactLine(id)}' is not a {noun} id; an id contains no white space and no invisible characters."
            : null;
    }

    /// <summary>
    /// Tokens of the jwt plugin. By default it writes the base URL of the server as issuer and audience, and publishes
    /// its keys below the path of the API.
    /// </summary>
    /// <inheritdoc/>
    public TokenValidationOptions GetTokenOptions(string? issuer) => new()
    {
        Issuer = issuer ?? Options.Origin,
        Algorithm = Options.TokenAlgorithm,
        JwksPath = $"{Options.ApiUrl.AbsolutePath.TrimEnd('/')}/jwks",
        RequiredStringClaims = ["sub", "iss"],
        Audiences = [issuer ?? Options.Origin],
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _anonymous.Dispose();
        _pipeline.Dispose();
    }

    /// <summary>The plugin of a path. Its absence looks like an unknown path: a 404 without a body.</summary>
    private static string? FindPlugin(string path) => path.Split('/', 3)[1] switch
    {
        "admin" or "api-key" or "organization" or "passkey" or "two-factor" => $"{path.Split('/', 3)[1]} plugin",
        "jwks" or "token" => "jwt plugin",
        "is-username-available" => "username plugin",
        _ => null,
    };

    private async Task CheckRoleAsync(RequestContext context)
    {
        try
        {
            await _users.CheckAsync(context).ConfigureAwait(false);
        }
        catch (ToriiApiException e) when (e.ErrorId == ToriiErrorId.Forbidden)
        {
            throw new ToriiException(ToriiErrorId.Forbidden, $"The account {Options.Credential.Hint} is not an administrator: it may not list users.", e) { Variant = ToriiException.OfRole };
        }
    }

    /// <summary>
    /// No response names the version. A server without <c>get-user</c> is older than 1.3.8. Before 1.3.26, everyone could
    /// create API keys for any user (CVE-2025-61928): the check of the session was left out where a user was named. A
    /// creation with invalid metadata, which never creates a key, shows whether it is left out.
    /// </summary>
    private async Task CheckVersionAsync(string userId, RequestContext context)
    {
        bool isOld = false;
        try
        {
            await _pipeline.SendAsync(
                new ApiRequest { Method = HttpMethod.Get, Path = $"/admin/get-user?id={Uri.EscapeDataString(userId)}" }, context, static _ => true).ConfigureAwait(false);
        }
        catch (ToriiApiException e) when (e is { StatusCode: (int)HttpStatusCode.NotFound, ResponseBody: null })
        {
            isOld = true;
        }
        catch (ToriiApiException e) when (e.ErrorId == ToriiErrorId.Forbidden)
        {
            // A role of its own may list users and not read one.
        }

        ResourceBody key = new();
        key.Set("userId", userId);
        key.Set("metadata", "invalid");
        try
        {
            isOld = isOld || await _anonymous.SendAsync(
                new ApiRequest { Method = HttpMethod.Post, Path = "/api-key/create", Body = key.ToJson(), BodyFields = key.Members, IsRead = true }, context, static _ => true).ConfigureAwait(false);
        }
        catch (ToriiApiException e) when (e.StatusCode is (int)HttpStatusCode.Unauthorized or (int)HttpStatusCode.Forbidden or (int)HttpStatusCode.NotFound)
        {
            // The server asks for a session, or has no api-key plugin.
        }
        catch (ToriiApiException e) when (e.StatusCode == (int)HttpStatusCode.BadRequest)
        {
            isOld = true;
        }

        if (isOld)
        {
            throw new ToriiException(
                ToriiErrorId.NotSupported,
                "The server runs a version of Better Auth before 1.3.26. Those let everyone create API keys for any user (CVE-2025-61928), so no connection is made.")
            {
                Variant = "vulnerable",
                Details = new Dictionary<string, string> { ["address"] = ServiceAddress.Display(Options.ApiUrl) },
            };
        }
    }

    private async Task<IReadOnlyList<(string Name, bool? Has)>> FindPluginsAsync(RequestContext context) =>
        await Task.WhenAll(Plugins.Select(async p => (p.Name, await HasAsync(p.Path, context).ConfigureAwait(false)))).ConfigureAwait(false);

    private async Task<bool?> HasAsync(string path, RequestContext context)
    {
        try
        {
            return await _pipeline.SendAsync(new ApiRequest { Method = HttpMethod.Get, Path = path }, context, static _ => true).ConfigureAwait(false);
        }
        catch (ToriiApiException e)
        {
            return e.StatusCode switch
            {
                (int)HttpStatusCode.NotFound => e.ResponseBody is not null,
                (int)HttpStatusCode.BadRequest or (int)HttpStatusCode.Forbidden => true,
                _ => null,
            };
        }
    }
}
