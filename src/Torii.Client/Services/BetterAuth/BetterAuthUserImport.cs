using System.Globalization;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>Users of other services as users of Better Auth. A creation sets everything, and may choose the id.</summary>
internal sealed class BetterAuthUserImport : IUserImport
{
    /// <summary>Shorter ids may be numbers that a server assigns in turn: the same id is another user elsewhere.</summary>
    private const int ShortestUniqueId = 20;

    /// <inheritdoc/>
    public bool KeepsId(string userId) => userId.Length >= ShortestUniqueId && !userId.All(char.IsAsciiDigit);

    /// <inheritdoc/>
    public Task<bool> KeepsOriginAsync(RequestContext context) => Task.FromResult(false);

    /// <inheritdoc/>
    public Task<UserImport> MapAsync(ToriiUser user, bool isBanned, ServiceInfo origin, RequestContext context)
    {
        string name = user.Name ?? string.Join(' ', new[] { user.FirstName, user.LastName }.Where(static n => !string.IsNullOrEmpty(n)));
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
        if (KeepsId(user.UserId))
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
            (nameof(user.UserId), !KeepsId(user.UserId)),
            (nameof(user.Phone), user.Phone is not null),
            (nameof(user.Locale), user.Locale is not null),
            (nameof(user.Address), user.Address is not null),
            (nameof(user.DateOfBirth), user.DateOfBirth is not null),
            (nameof(user.PublicMetadata), user.PublicMetadata is { Count: > 0 }),
            (nameof(user.PrivateMetadata), user.PrivateMetadata?.Keys.Any(static k => k != Copying.UserOrigin.Key) == true),
            (nameof(user.UnsafeMetadata), user.UnsafeMetadata is { Count: > 0 }),
        ];
        return Task.FromResult(new UserImport(create, new(), update, new(), new(), IsBannedByCreate: true, [.. unknown.Where(static f => f.HasValue).Select(static f => f.Name)]));
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
