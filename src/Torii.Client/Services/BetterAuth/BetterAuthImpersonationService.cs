using System.Text.Json;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>
/// Impersonation by the admin plugin. Its token is that of a session of the user, begun by the account of the connection;
/// the server lets it last an hour, and a week once it is used as a bearer token. Revoking the session ends it.
/// </summary>
internal sealed class BetterAuthImpersonationService(ApiPipeline pipeline, BetterAuthSession session, BetterAuthUserService users) : IImpersonationService
{
    private const string Variant = "impersonationSession";

    /// <summary>Opens a session as a user (POST /admin/impersonate-user), with one attempt.</summary>
    /// <inheritdoc/>
    public async Task<ToriiImpersonationToken> CreateTokenAsync(ImpersonationRequest request, RequestContext context)
    {
        string? unknown = request.ExpiresInSec is not null ? "takes no lifetime" : request.RedirectUrl is not null ? "takes no redirect" : request.Reason.Length > 0 ? "records no reason" : null;
        if (unknown is not null)
        {
            throw new ToriiException(ToriiErrorId.NotSupported, $"Better Auth {unknown} for an impersonation. No request was sent.");
        }

        string self = (await session.GetAccountAsync(context).ConfigureAwait(false)).UserId;
        if (request.ActorUserId.Length > 0 && !ResponseValidator.SameId(request.ActorUserId, self))
        {
            throw new ToriiException(ToriiErrorId.NotSupported, $"Better Auth impersonates on behalf of the account of the connection only, {self}. No request was sent.");
        }

        await users.CheckIdAsync(request.UserId, context).ConfigureAwait(false);
        ResourceBody body = BetterAuthUserService.Target(request.UserId);
        try
        {
            return await pipeline.SendAsync(
                new ApiRequest
                {
                    Method = HttpMethod.Post,
                    Path = "/admin/impersonate-user",
                    Body = body.ToJson(),
                    BodyFields = body.Members,
                    NotFoundErrorId = ToriiErrorId.UserNotFound,
                    ErrorVariant = Variant,
                    Safety = RetrySafety.Never,
                    ReturnsSecret = true,
                    Part = BetterAuthService.AdminPlugin,
                },
                context,
                response => BetterAuthJson.Read(response, root => Read(response, root.GetProperty("session"), request.UserId, self))).ConfigureAwait(false);
        }
        catch (ToriiException e) when (e.MayHaveBeenExecuted)
        {
            throw new ToriiException(
                ToriiErrorId.OutcomeUnknown, $"Whether an impersonation session was opened is not known: no response confirms it ({e.Message.TrimEnd('.')}).", e)
            {
                Variant = Variant,
                MayHaveBeenExecuted = true,
            };
        }
    }

    private static ToriiImpersonationToken Read(ApiResponse response, JsonElement opened, string userId, string actor)
    {
        string bare = BetterAuthJson.Text(opened, "token");
        string token = response.Headers?.TryGetValues("set-auth-token", out IEnumerable<string>? signed) == true ? signed.First() : bare;
        Redactor.Hide(token);
        Redactor.Hide(bare);
        if (BetterAuthJson.Text(opened, "userId") != userId)
        {
            throw new UnreadableResponseException("userId");
        }

        DateTimeOffset end = opened.GetProperty("expiresAt").GetDateTimeOffset();
        return new ToriiImpersonationToken(token, null)
        {
            UserId = userId,
            ActorUserId = actor,
            Reason = "",
            ExpiresAt = end,
            ExpiresInSec = (long)Math.Round((end - opened.GetProperty("createdAt").GetDateTimeOffset()).TotalSeconds),
        };
    }
}
