using System.Security.Cryptography;

namespace Torii.Emulator.Users;

/// <summary>The operation that creates impersonation tokens. The tokens cannot be redeemed.</summary>
internal sealed class ImpersonationEndpoints(EmulatedEnvironment environment, Func<string> issuer)
{
    private const int MaxReasonLength = 500;
    private const int MinSeconds = 60;
    private const int MaxSeconds = 600;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapOperation("mintImpersonationToken", "POST", "/api/server/v1/users/{userId}/impersonation-token", Mint);

    private Reply Mint(OperationRequest request)
    {
        Guid userId = request.PathId("userId");
        BodyFields fields = request.Fields();
        Guid actor = fields.Complete.RequiredId("actorUserId");
        string reason = fields.Complete.RequiredText("reason");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReasonLength)
        {
            throw RequestRefusedException.BadField("reason", $"is blank or longer than {MaxReasonLength} characters");
        }

        int seconds = fields.Number("expiresInSeconds", MinSeconds, MaxSeconds) ?? MaxSeconds;
        string? redirectUrl = environment.Origins.ReadRedirectUrl(fields);
        if (environment.Settings.ImpersonationDisabled)
        {
            throw new RequestRefusedException(403, "impersonation_disabled", "Impersonation is disabled for this environment.");
        }

        if (environment.Users.Find(userId) is { User.Status: UserStatus.Deleted })
        {
            throw new RequestRefusedException(400, "user_deleted", "The user is deleted.", "userId");
        }

        environment.FindAccessible(userId);
        environment.FindAccessible(actor);
        if (!environment.Settings.TakeImpersonation())
        {
            throw new RequestRefusedException(402, "impersonation_quota_exhausted", "The impersonations of this period are used up.");
        }

        string token = "imp_" + Convert.ToHexString(RandomNumberGenerator.GetBytes(32)).ToLowerInvariant();
        string? url = redirectUrl is null ? null : $"{issuer()}/_torii/auth/session/impersonate?token={token}";
        return Reply.Json(200, new { token, ExpiresInSeconds = seconds, url });
    }
}
