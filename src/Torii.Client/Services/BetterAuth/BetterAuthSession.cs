using System.Text.Json;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>
/// The session of a connection. It is opened by the first request: with the credential, in two steps where the account
/// has two-factor authentication, or with the session token that was given. The session is sent as a bearer token; a
/// server without the bearer plugin ignores that and gets it as a cookie, with the Origin that it then demands of each
/// change. A session that ended is opened again where the credential has a password and no one-time code. A credential
/// that was refused is not sent again: servers lock accounts.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is not used has nothing to dispose.")]
internal sealed class BetterAuthSession(BetterAuthServiceOptions options) : IAuthenticator
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly BetterAuthCredential _credential = options.Credential;
    private string? _password = options.Credential.Password;
    private volatile OpenSession? _open;

    /// <summary>The session that the last sign-in opened, whether it is used or not: the headers of each form that may work.</summary>
    private IReadOnlyList<(string, string)[]> _opened = [];

    /// <summary>Why the credential was refused.</summary>
    private ToriiException? _refusal;
    private bool _isEnded;
    private volatile string[] _secrets =
        [.. new[] { options.Credential.Password, options.Credential.TotpCode, options.Credential.SessionToken }.OfType<string>()];

    public string Hint => _credential.Hint;

    public IReadOnlyCollection<string> Secrets => _secrets;

    /// <summary>The pipeline for requests without a credential. It redacts those of this connection nevertheless.</summary>
    public required Func<ApiPipeline> Anonymous { private get; init; }

    /// <summary>The account and the expiry, as far as they are known without a request.</summary>
    public BetterAuthAccount? Known => _open?.Account;

    /// <summary>Whether a session that ended is opened again.</summary>
    public bool IsRenewable => _password is not null && _credential.TotpCode is null;

    public async ValueTask PrepareAsync(RequestContext caller)
    {
        if (_open is null)
        {
            await OpenAsync(null, caller).ConfigureAwait(false);
        }
    }

    public ValueTask ApplyAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        foreach ((string name, string value) in _open?.Headers ?? [])
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask<bool> RefreshAsync(ApiResponse unauthorized, CancellationToken cancellation)
    {
        // A one-time code was used up by the first sign-in.
        if (!IsRenewable)
        {
            return false;
        }

        await OpenAsync(unauthorized.Credential, new RequestContext(cancellation)).ConfigureAwait(false);
        return true;
    }

    /// <summary>The account of the connection.</summary>
    public async Task<BetterAuthAccount> GetAccountAsync(RequestContext context) =>
        (_open ?? await OpenAsync(null, context).ConfigureAwait(false)).Account;

    /// <summary>Whether a token is that of the session of this connection.</summary>
    public bool IsOwn(string token) => _secrets.Contains(token);

    /// <summary>Replaces the password after the connection changed that of its own account.</summary>
    public void UsePassword(string password)
    {
        _secrets = [.. _secrets, password];
        _password = _password is null ? null : password;
        _refusal = null;
    }

    /// <summary>Ends the session, if this connection opened it (POST /sign-out). None is opened afterwards.</summary>
    public async Task SignOutAsync(RequestContext context)
    {
        if (_password is null)
        {
            return;
        }

        await _turn.WaitAsync(context.Cancellation).ConfigureAwait(false);
        try
        {
            _isEnded = true;
            IReadOnlyList<(string, string)[]> opened = _opened;
            (_open, _opened) = (null, []);
            foreach ((string, string)[] headers in opened)
            {
                await EndAsync(headers, context).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>With one attempt: a server that does not respond must not delay the end of a connection.</summary>
    private Task EndAsync((string, string)[] headers, RequestContext context) =>
        Anonymous().SendForNothingAsync(Request("/sign-out", headers, safety: RetrySafety.Never), context);

    /// <param name="refused">The credential that was refused; null where none is known. A session that was opened since is kept.</param>
    /// <param name="context">The caller's.</param>
    private async Task<OpenSession> OpenAsync(string? refused, RequestContext context)
    {
        await _turn.WaitAsync(context.Cancellation).ConfigureAwait(false);
        try
        {
            if (_isEnded)
            {
                throw Unauthorized("The connection was closed, and its session was ended.");
            }

            if (_refusal is { } refusal)
            {
                throw refusal.For(null);
            }

            if (_open is not { } open || open.Headers[0].Value == refused)
            {
                OpenSession next = await SignInAsync(context with { Slot = null }).ConfigureAwait(false);
                _opened = [next.Headers];
                if (_open is { } before && before.Account.UserId != next.Account.UserId)
                {
                    // Ended with the connection.
                    throw Unauthorized($"Signing in again as {Hint} opened a session of user {Redactor.RedactLine(next.Account.UserId)}, and the connection is that of user {Redactor.RedactLine(before.Account.UserId)}.");
                }

                _open = open = next;
            }

            return open;
        }
        catch (ToriiException e) when (_refusal is null && !_isEnded && e.ErrorId is ToriiErrorId.Unauthorized or ToriiErrorId.Forbidden or ToriiErrorId.InvalidCredential)
        {
            // A banned account is refused with 403.
            _refusal = e.ErrorId == ToriiErrorId.Forbidden ? Unauthorized(e.Message, e) : e;
            throw _refusal.For(null);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<OpenSession> SignInAsync(RequestContext context)
    {
        (string? bearer, string? cookie) = _credential.SessionToken is { } token
            ? (token, token.Contains('.', StringComparison.Ordinal) ? $"{CookiePrefix}better-auth.session_token={Uri.EscapeDataString(Uri.UnescapeDataString(token))}" : null)
            : await SendCredentialAsync(context).ConfigureAwait(false);
        _secrets = [.. _secrets, .. new[] { bearer, bearer?.Split('.')[0], cookie?[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..] }.OfType<string>().Where(s => !_secrets.Contains(s))];
        _opened =
        [
            .. bearer is null ? [] : new (string, string)[][] { [("Authorization", $"Bearer {bearer}")] },
            .. cookie is null ? [] : new (string, string)[][] { [("Cookie", cookie), ("Origin", options.Origin)] },
        ];
        foreach ((string, string)[] headers in _opened)
        {
            if (await ReadAccountAsync(headers, context).ConfigureAwait(false) is { } account)
            {
                return new OpenSession(headers, account);
            }
        }

        throw Unauthorized(
            _password is null ? "The session token is not valid, or the session has ended."
                : "The server opened a session and does not accept it. It may lack the bearer plugin, or its base URL is another address.");
    }

    private ToriiException Unauthorized(string problem, Exception? inner = null) => new(ToriiErrorId.Unauthorized, problem, inner)
    {
        Details = new Dictionary<string, string> { ["credential"] = Hint, ["address"] = ServiceAddress.Display(options.ApiUrl) },
    };

    private string CookiePrefix => options.ApiUrl.Scheme == Uri.UriSchemeHttps ? "__Secure-" : "";

    /// <summary>Signs in (POST /sign-in/email or /sign-in/username, then POST /two-factor/verify-totp).</summary>
    private async Task<(string? Bearer, string? Cookie)> SendCredentialAsync(RequestContext context)
    {
        bool isEmail = _credential.Login!.Contains('@', StringComparison.Ordinal);
        ResourceBody body = new();
        body.Set(isEmail ? "email" : "username", _credential.Login);
        body.Set("password", _password!);
        SignIn first = await Anonymous().SendAsync(Request(isEmail ? "/sign-in/email" : "/sign-in/username", [], body, isEmail ? null : "username plugin"), context, ReadSignIn).ConfigureAwait(false);
        if (first.TwoFactorCookie is null)
        {
            return (first.Token, first.Cookie);
        }

        ResourceBody second = new();
        second.Set("code", _credential.TotpCode ?? throw new ToriiException(
            ToriiErrorId.InvalidCredential, $"The account {Hint} has two-factor authentication, and no one-time code was given.")
        {
            Variant = "totp",
        });
        SignIn verified = await Anonymous().SendAsync(
            // Without the Origin the server refuses a request with a cookie.
            Request("/two-factor/verify-totp", [("Cookie", first.TwoFactorCookie), ("Origin", options.Origin)], second, "two-factor plugin"), context, ReadSignIn).ConfigureAwait(false);
        return (verified.Token, verified.Cookie);
    }

    /// <summary>The account of a session (GET /get-session, without extending it); null for a session that the server does not see.</summary>
    private Task<BetterAuthAccount?> ReadAccountAsync(IReadOnlyList<(string, string)> headers, RequestContext context) => Anonymous().SendAsync(
        new ApiRequest { Method = HttpMethod.Get, Path = "/get-session?disableRefresh=true", Headers = headers, ReturnsSecret = true },
        context,
        static response => BetterAuthJson.Read(response, static root => root.ValueKind == JsonValueKind.Null ? null : new BetterAuthAccount(
            BetterAuthJson.Text(root.GetProperty("user"), "id"),
            root.GetProperty("session").GetProperty("expiresAt").GetDateTimeOffset())));

    /// <summary>A sign-in changes no data, so it may be repeated, and its failure leaves nothing half done.</summary>
    private static ApiRequest Request(string path, IReadOnlyList<(string, string)> headers, ResourceBody? body = null, string? part = null, RetrySafety safety = RetrySafety.Repeatable) => new()
    {
        Method = HttpMethod.Post,
        Path = path,
        Headers = headers,
        Body = body?.ToJson(),
        BodyFields = body?.Members ?? [],
        IsRead = true,
        ReturnsSecret = true,
        Safety = safety,
        Part = part,
    };

    private static SignIn ReadSignIn(ApiResponse response) => BetterAuthJson.Read(response, root =>
    {
        string[] cookies = [.. (response.Headers?.TryGetValues("Set-Cookie", out IEnumerable<string>? sent) == true ? sent : []).Select(static c => c.Split(';')[0].Trim())];
        if (root.TryGetProperty("twoFactorRedirect", out JsonElement redirect) && redirect.ValueKind == JsonValueKind.True)
        {
            return new SignIn(null, null, Find(cookies, "two_factor") ?? throw new UnreadableResponseException("two_factor"));
        }

        string token = response.Headers?.TryGetValues("set-auth-token", out IEnumerable<string>? signed) == true
            ? signed.First() : BetterAuthJson.Text(root, "token");
        return new SignIn(token, Find(cookies, "session_token"), null);
    });

    private static string? Find(string[] cookies, string name) =>
        Array.Find(cookies, c => c.IndexOf('=', StringComparison.Ordinal) is > 0 and var end && c[..end].EndsWith(name, StringComparison.Ordinal) && end < c.Length - 1);

    private sealed class OpenSession((string Name, string Value)[] headers, BetterAuthAccount account)
    {
        public (string Name, string Value)[] Headers => headers;

        public BetterAuthAccount Account => account;
    }

    private sealed class SignIn(string? token, string? cookie, string? twoFactorCookie)
    {
        public string? Token => token;

        public string? Cookie => cookie;

        public string? TwoFactorCookie => twoFactorCookie;
    }
}

/// <summary>The account of a session.</summary>
/// <param name="UserId">The user.</param>
/// <param name="ExpiresAt">When the session ends unless it is used before.</param>
internal sealed record BetterAuthAccount(string UserId, DateTimeOffset ExpiresAt);

/// <summary>Requests without a credential: signing in, and what a server offers to everyone.</summary>
internal sealed class BetterAuthAnonymous(BetterAuthSession session) : IAuthenticator
{
    public string Hint => session.Hint;

    public IReadOnlyCollection<string> Secrets => session.Secrets;

    public ValueTask ApplyAsync(HttpRequestMessage message, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask<bool> RefreshAsync(ApiResponse unauthorized, CancellationToken cancellation) => ValueTask.FromResult(false);
}
