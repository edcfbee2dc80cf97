using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>Passwords (admin plugin), and the emails that every server can send.</summary>
internal sealed class BetterAuthAccountService(
    ApiPipeline pipeline, ApiPipeline anonymous, BetterAuthSession session, IUserService users, BetterAuthSessionService sessions) : IAccountService
{
    /// <summary>Sets a password (POST /admin/set-user-password). The server lets the sessions of the user live on.</summary>
    /// <inheritdoc/>
    public async Task SetPasswordAsync(string userId, string password, bool revokeSessions, RequestContext context)
    {
        ResourceBody body = BetterAuthUserService.Target(userId);
        body.Set("newPassword", string.IsNullOrEmpty(password) ? throw new ToriiException(ToriiErrorId.InvalidRequest, "The password is empty. No request was sent.") : password);
        if (revokeSessions)
        {
            await sessions.CheckNotCutOffAsync(userId, context).ConfigureAwait(false);
        }

        // Before 1.6.20 the server confirms it for a user who does not exist.
        await users.GetAsync(userId, context).ConfigureAwait(false);
        bool isOwn = ResponseValidator.SameId(userId, (await session.GetAccountAsync(context).ConfigureAwait(false)).UserId);
        await pipeline.SendForNothingAsync(BetterAuthUserService.Change("set-user-password", body), context).ConfigureAwait(false);
        if (isOwn)
        {
            session.UsePassword(password);
        }

        if (revokeSessions)
        {
            try
            {
                await sessions.RevokeAllAsync(userId, context).ConfigureAwait(false);
            }
            catch (ToriiException e)
            {
                throw new ToriiException(e.ErrorId, $"The password was set, and the sessions were not revoked: {e.Message}", e)
                {
                    Variant = e.Variant,
                    Details = e.Details,
                    MayHaveBeenExecuted = true,
                };
            }
        }
    }

    /// <summary>Sends the email for a new password (POST /request-password-reset). The server confirms it for unknown addresses too.</summary>
    /// <inheritdoc/>
    public async Task SendPasswordResetAsync(string userId, Uri? redirectUrl, RequestContext context) =>
        await SendAsync("/request-password-reset", "redirectTo", await users.GetAsync(userId, context).ConfigureAwait(false), redirectUrl, context).ConfigureAwait(false);

    /// <summary>Sends the email for a verification (POST /send-verification-email). The server confirms it for verified addresses too.</summary>
    /// <inheritdoc/>
    public async Task SendVerificationEmailAsync(string userId, Uri? redirectUrl, RequestContext context)
    {
        ToriiUser user = await users.GetAsync(userId, context).ConfigureAwait(false);
        if (user.EmailVerified == true)
        {
            throw new ToriiException(ToriiErrorId.Conflict, $"The email address of user {user} is verified. No email was sent.") { Variant = "verified" };
        }

        await SendAsync("/send-verification-email", "callbackURL", user, redirectUrl, context).ConfigureAwait(false);
    }

    /// <summary>Sent again only after a refusal (429), because each sends an email. Without the credential: with that of another user the server refuses the address (<c>EMAIL_MISMATCH</c>).</summary>
    private Task SendAsync(string path, string redirectMember, ToriiUser user, Uri? redirectUrl, RequestContext context)
    {
        ResourceBody body = new();
        body.Set("email", ResponseValidator.NotNull(user.Email, "email"));
        if (redirectUrl is not null)
        {
            body.Set(redirectMember, redirectUrl.OriginalString);
        }

        return anonymous.SendForNothingAsync(
            new ApiRequest { Method = HttpMethod.Post, Path = path, Body = body.ToJson(), BodyFields = body.Members, Safety = RetrySafety.OnlyIfNotExecuted, Part = "email and password accounts" },
            context);
    }
}
