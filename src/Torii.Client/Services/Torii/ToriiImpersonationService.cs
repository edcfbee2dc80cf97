using System.Text.Json.Serialization;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>The impersonation operation of torii, from contract 0.0.12 on.</summary>
/// <param name="pipeline">Sends the request.</param>
/// <param name="time">The clock.</param>
/// <param name="users">Tells an unknown user from a server without impersonation.</param>
internal sealed class ToriiImpersonationService(ApiPipeline pipeline, TimeProvider time, IUserService users) : IImpersonationService
{
    private const string Variant = "impersonation";

    /// <summary>
    /// Creates a token (mintImpersonationToken) with one attempt: a second token would let someone in whom the first
    /// response reached. A lost response is <c>Torii.OutcomeUnknown</c>; the token cannot be read again.
    /// </summary>
    /// <inheritdoc/>
    public async Task<ToriiImpersonationToken> CreateTokenAsync(ImpersonationRequest request, RequestContext context)
    {
        if (request.ActorUserId.Length == 0 || string.IsNullOrWhiteSpace(request.Reason))
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, "torii records who acts and why, and the actor or the reason is missing. No request was sent.") { Variant = "actorAndReason" };
        }

        string user = ToriiId.Check(ResourceKind.User, request.UserId);
        string actor = ToriiId.Check(ResourceKind.User, request.ActorUserId);
        ResourceBody body = new();
        body.Set("actorUserId", actor);
        body.Set("reason", request.Reason);
        if (request.ExpiresInSec is { } lifetime)
        {
            body.Set("expiresInSeconds", lifetime);
        }

        if (request.RedirectUrl is { } redirect)
        {
            body.Set("redirectUrl", redirect);
        }

        DateTimeOffset began = time.GetUtcNow();
        ImpersonationResponse response;
        try
        {
            response = await pipeline.SendAsync(
                new ApiRequest
                {
                    Method = HttpMethod.Post,
                    Path = $"{ToriiUserService.Path}/{user}/impersonation-token",
                    Body = body.ToJson(),
                    BodyFields = body.Members,
                    NotFoundErrorId = ToriiErrorId.UserNotFound,
                    ErrorVariant = Variant,
                    Safety = RetrySafety.Never,
                    ReturnsSecret = true,
                },
                context,
                ToriiJson.Default.ImpersonationResponse,
                static r => r.FindWrongMember()).ConfigureAwait(false);
        }
        catch (ToriiException e) when (e.MayHaveBeenExecuted)
        {
            throw new ToriiException(
                ToriiErrorId.OutcomeUnknown, $"Whether an impersonation token was created is not known: no response confirms it ({e.Message.TrimEnd('.')}).", e)
            {
                Variant = Variant,
                MayHaveBeenExecuted = true,
            };
        }
        catch (ToriiApiException e) when (ToriiFeature.IsMissing(e))
        {
            await CheckUserAsync(user, "user", e, context).ConfigureAwait(false);
            await CheckUserAsync(actor, "actor", e, context).ConfigureAwait(false);
            throw ToriiFeature.Impersonation.Lacks(e);
        }

        Redactor.Hide(response.Url ?? response.Token);
        Redactor.Hide(response.Token);
        if (request.ExpiresInSec is { } asked && response.ExpiresInSeconds != asked)
        {
            throw new ToriiException(
                ToriiErrorId.FieldNotApplied, $"The service created a token that is valid for {response.ExpiresInSeconds} s in place of {asked} s. The token was discarded.")
            {
                Variant = Variant,
                MayHaveBeenExecuted = true,
            };
        }

        return new ToriiImpersonationToken(response.Token, response.Url)
        {
            UserId = user,
            ActorUserId = actor,
            Reason = request.Reason,
            ExpiresInSec = response.ExpiresInSeconds,
            // From before the request, so that the token is not taken for valid after its end.
            ExpiresAt = began.AddSeconds(response.ExpiresInSeconds),
        };
    }

    /// <summary>A 404 of a server with impersonation is about one of its two users.</summary>
    private async Task CheckUserAsync(string id, string role, ToriiApiException missing, RequestContext context)
    {
        try
        {
            await users.GetAsync(id, context).ConfigureAwait(false);
        }
        catch (ToriiApiException e) when (e.ErrorId == ToriiErrorId.UserNotFound)
        {
            throw new ToriiException(ToriiErrorId.UserNotFound, $"The {role} {id} does not exist. No token was created.", missing);
        }
    }
}

/// <summary>The response of mintImpersonationToken. It keeps no further member: one could contain the token too.</summary>
internal sealed class ImpersonationResponse
{
    [JsonRequired]
    public string Token { get; set; } = "";

    [JsonRequired]
    public long ExpiresInSeconds { get; set; }

    /// <summary>A link that contains the token; null where no landing page is known.</summary>
    public string? Url { get; set; }

    public string? FindWrongMember() =>
        string.IsNullOrWhiteSpace(Token) ? "token"
        : ExpiresInSeconds is <= 0 or > 86_400 ? "expiresInSeconds"
        : Url is not null && !(Uri.TryCreate(Url, UriKind.Absolute, out Uri? url) && url.Scheme is "https" or "http") ? "url"
        : null;
}
