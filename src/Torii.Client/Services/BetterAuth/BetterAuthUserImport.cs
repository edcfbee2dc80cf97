using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>Users of other services as users of Better Auth: they keep their id, which a creation may choose.</summary>
internal sealed class BetterAuthUserImport : IUserImport
{
    /// <inheritdoc/>
    public Task<UserImport> MapAsync(ToriiUser user, ServiceInfo origin, RequestContext context)
    {
        ResourceBody create = new();
        create.Set("id", user.UserId);
        create.Set("email", user.Email ?? "");
        ResourceBody update = new();
        // A user has a name, which may be empty.
        update.Set("name", user.Name ?? string.Join(' ', new[] { user.FirstName, user.LastName }.Where(static n => !string.IsNullOrEmpty(n))));
        update.Set("emailVerified", user.EmailVerified ?? user.EmailVerifiedAt is not null);
        foreach ((string member, string? value) in new[] { ("role", user.Role), ("userName", user.UserName), ("image", user.AdditionalProperties.TryGetValue("image", out object? image) ? image as string : null) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                update.Set(member, value);
            }
        }

        foreach ((string member, object? value) in update.Values)
        {
            create.Set(member, value!);
        }

        return Task.FromResult(new UserImport(create, update, [.. new (string Name, bool HasValue)[]
        {
            (nameof(user.Phone), user.Phone is not null),
            (nameof(user.Locale), user.Locale is not null),
            (nameof(user.Address), user.Address is not null),
            (nameof(user.DateOfBirth), user.DateOfBirth is not null),
            (nameof(user.PublicMetadata), user.PublicMetadata is { Count: > 0 }),
            (nameof(user.PrivateMetadata), user.PrivateMetadata is { Count: > 0 }),
            (nameof(user.UnsafeMetadata), user.UnsafeMetadata is { Count: > 0 }),
        }.Where(static f => f.HasValue).Select(static f => f.Name)]));
    }

    /// <inheritdoc/>
    public string? FindOriginalId(ToriiUser user, ServiceInfo origin) => user.UserId;
}
