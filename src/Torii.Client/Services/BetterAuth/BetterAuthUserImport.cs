using System.Globalization;
using Torii.Client.Copying;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>Users of other services as users of Better Auth. A creation sets everything, and may choose the id.</summary>
/// <param name="session">Knows an id as the server makes them: that of the account of the connection.</param>
internal sealed class BetterAuthUserImport(BetterAuthSession session) : IUserImport
{
    /// <summary>The place of the version in a UUID (RFC 9562 §4.1).</summary>
    private const int VersionPlace = 14;

    /// <summary>A server with serial ids ignores the id of a creation, and one with UUIDs refuses all but those of versions 1 to 5.</summary>
    /// <inheritdoc/>
    public async Task<bool> KeepsIdAsync(string userId, RequestContext context)
    {
        string own = (await session.GetAccountAsync(context).ConfigureAwait(false)).UserId;
        return UserCopy.IsUnique(userId) && UserCopy.IsUnique(own) && (!Guid.TryParseExact(own, "D", out _) || (Guid.TryParseExact(userId, "D", out _) && (IsOlder(userId) || !IsOlder(own))));
    }

    private static bool IsOlder(string uuid) => uuid[VersionPlace] is >= '1' and <= '5';

    /// <inheritdoc/>
    public Task<bool> KeepsOriginAsync(RequestContext context) => Task.FromResult(false);

    /// <inheritdoc/>
    public async Task<UserImport> MapAsync(ToriiUser user, bool isBanned, ServiceInfo origin, RequestContext context)
    {
        bool keepsId = await KeepsIdAsync(user.UserId, context).ConfigureAwait(false);
        string name = UserImport.FullName(user);
        bool isVerified = user.EmailVerified ?? user.EmailVerifiedAt is not null;
        ResourceBody update = new();
        SetText(update, "name", name);
        SetText(update, "role", user.Role);
        SetText(update, "userName", user.UserName);
        SetText(update, "displayUserName", Text(user, "displayUsername"));
        SetText(update, "image", Text(user, "image"));
        if (isVerified)
        {
            update.Set("emailVerified", true);
        }

        ResourceBody create = new();
        foreach ((string member, object? value) in update.Values)
        {
            create.Set(member, value!);
        }

        // A user has a name, which may be empty.
        create.Set("email", user.Email ?? "");
        create.Set("name", name);
        create.Set("emailVerified", isVerified);
        if (keepsId)
        {
            create.Set("id", user.UserId);
        }

        if (isBanned)
        {
            create.Set("banned", true);
            SetText(create, "banReason", user.BanReason);
            SetText(create, "banExpires", user.BanExpiresAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        }

        (string Name, bool HasValue)[] unknown =
        [
            (nameof(user.UserId), !keepsId),
            (nameof(user.Phone), user.Phone is not null),
            (nameof(user.Locale), user.Locale is not null),
            (nameof(user.Address), user.Address is not null),
            (nameof(user.DateOfBirth), user.DateOfBirth is not null),
            (nameof(user.PublicMetadata), user.PublicMetadata is { Count: > 0 }),
            (nameof(user.PrivateMetadata), user.PrivateMetadata?.Keys.Any(static k => k != UserOrigin.Key) == true),
            (nameof(user.UnsafeMetadata), user.UnsafeMetadata is { Count: > 0 }),
        ];
        string[] dropped = [.. unknown.Where(static f => f.HasValue).Select(static f => f.Name), .. UserImport.AddedMembers(user, "displayUsername", "image")];
        return new UserImport(
            create, new(), update, new(), new(), new(string.IsNullOrWhiteSpace(user.BanReason) ? null : user.BanReason, user.BanExpiresAt), IsBannedByCreate: true, dropped);
    }

    private static string? Text(ToriiUser user, string member) => user.AdditionalProperties.TryGetValue(member, out object? value) ? value as string : null;

    private static void SetText(ResourceBody body, string member, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            body.Set(member, value);
        }
    }
}
