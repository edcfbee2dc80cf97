using System.Net;
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

    private const int LongestId = 255;

    private readonly BetterAuthSession _session;
    private readonly ApiPipeline _pipeline;
    private readonly ApiPipeline _anonymous;
    private readonly ServiceInfo _info;

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
            DeletesForGood = true,
        };
        TimeProvider clock = time ?? TimeProvider.System;
        _session = new BetterAuthSession(options) { Anonymous = () => _anonymous! };
        _pipeline = new ApiPipeline(options.Describe(_session), handler, clock);
        _anonymous = new ApiPipeline(options.Describe(new BetterAuthAnonymous(_session)), handler, clock);
        BetterAuthUserService users = new(_pipeline, _anonymous, _session, clock);
        Users = users;
        BetterAuthSessionService sessions = new(_pipeline, users);
        Sessions = sessions;
        Accounts = new BetterAuthAccountService(_pipeline, _anonymous, _session, users, sessions);
    }

    /// <summary>The address, the account and the limits.</summary>
    public BetterAuthServiceOptions Options { get; }

    /// <inheritdoc/>
    public ServiceInfo Info => _session.Known is { } account ? _info with { AccountUserId = account.UserId, ExpiresAt = account.ExpiresAt } : _info;

    /// <summary>Always null: a server has no environments.</summary>
    public string? EnvironmentId => null;

    /// <inheritdoc/>
    public IUserService Users { get; }

    /// <inheritdoc/>
    public ISessionService Sessions { get; }

    /// <inheritdoc/>
    public IOrganizationService? Organizations => null;

    /// <inheritdoc/>
    public IInvitationService? Invitations => null;

    /// <inheritdoc/>
    public IImpersonationService? Impersonation => null;

    /// <summary>Always null: trusted origins are part of the server's own configuration.</summary>
    public IAllowedOriginService? AllowedOrigins => null;

    /// <inheritdoc/>
    public IAccountService? Accounts { get; }

    /// <inheritdoc/>
    public IUserImport UserImport { get; } = new BetterAuthUserImport();

    internal ApiPipeline Pipeline => _pipeline;

    /// <summary>
    /// Signs in, and refuses an account that may not list users and a server older than 1.3.26. The session of a check
    /// that fails is ended.
    /// </summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.Unauthorized</c>, <c>Torii.Forbidden</c>: the account is not an administrator; <c>Torii.NotSupported</c>:
    /// the server is too old or has no admin plugin; or what every request throws.
    /// </exception>
    public async Task CheckAsync(RequestContext context)
    {
        try
        {
            BetterAuthAccount account = await _session.GetAccountAsync(context).ConfigureAwait(false);
            await CheckRoleAsync(context).ConfigureAwait(false);
            await CheckVersionAsync(account.UserId, context).ConfigureAwait(false);
        }
        catch (ToriiException)
        {
            await EndFailedAsync(context).ConfigureAwait(false);
            throw;
        }
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
            : id.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c)) ? $"'{Redactor.RedactLine(id)}' is not a {noun} id; an id contains no white space."
            : null;
    }

    /// <summary>
    /// Tokens of the jwt plugin. By default it writes the base URL of the server as issuer and audience, and publishes
    /// its keys below the path of the API.
    /// </summary>
    /// <inheritdoc/>
    public TokenValidationOptions? GetTokenOptions(string? issuer) => new()
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

    private async Task CheckRoleAsync(RequestContext context)
    {
        bool isAllowed = await _pipeline.SendAsync(
            new ApiRequest
            {
                Method = HttpMethod.Post,
                Path = "/admin/has-permission",
                Body = """{"permissions":{"user":["list"]}}"""u8.ToArray(),
                IsRead = true,
                Part = AdminPlugin,
            },
            context,
            static response => BetterAuthJson.Read(response, static root => root.GetProperty("success").GetBoolean())).ConfigureAwait(false);
        if (!isAllowed)
        {
            throw new ToriiException(ToriiErrorId.Forbidden, $"The account {Options.Credential.Hint} is not an administrator: it may not list users.") { Variant = "role" };
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

    /// <summary>The error of the check is the one that counts.</summary>
    private async Task EndFailedAsync(RequestContext context)
    {
        try
        {
            await _session.SignOutAsync(context).ConfigureAwait(false);
        }
        catch (ToriiException e)
        {
            context.Observer?.Verbose($"The session of the failed connection was not ended: {e.Message}");
        }
    }
}
