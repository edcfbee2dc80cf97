using System.Collections;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>
/// Users of other services as users of torii. Contracts from 0.0.8 on keep the origin in the private metadata, under
/// <c>copiedFrom</c>; older ones cannot keep it.
/// </summary>
/// <param name="pipeline">Sends the request that finds out the contract.</param>
/// <param name="hasMetadata">Whether the users of the server have metadata; null while that is not known.</param>
internal sealed class ToriiUserImport(ApiPipeline pipeline, Func<bool?> hasMetadata) : IUserImport
{
    private const string Origin = "copiedFrom";
    private bool? _hasMetadata;

    /// <inheritdoc/>
    public async Task<UserImport> MapAsync(ToriiUser user, ServiceInfo origin, RequestContext context)
    {
        bool isNewer = _hasMetadata ??= hasMetadata() ?? await ToriiFeature.ExistsAsync(pipeline, context, "/api/server/v1/invitations?limit=1").ConfigureAwait(false);
        ResourceBody create = new();
        create.Set("email", user.Email ?? "");
        ResourceBody update = new();
        (string? first, string? last) = SplitName(user);
        (string Property, string? Member, object? Value)[] fields =
        [
            (nameof(user.Name), isNewer ? "firstName" : "name", isNewer ? first : JoinName(user)),
            (nameof(user.Name), "lastName", isNewer ? last : null),
            (nameof(user.Phone), isNewer ? null : "phone", user.Phone),
            (nameof(user.Address), isNewer ? null : "address", user.Address),
            (nameof(user.DateOfBirth), isNewer ? null : "dateOfBirth", user.DateOfBirth),
            (nameof(user.UnsafeMetadata), isNewer ? "unsafeMetadata" : null, user.UnsafeMetadata),
            (nameof(user.PublicMetadata), isNewer ? "publicMetadata" : null, user.PublicMetadata),
            (nameof(user.PrivateMetadata), isNewer ? "" : null, user.PrivateMetadata),
            (nameof(user.Locale), user.Locale is "en" or "da" ? "locale" : null, user.Locale),
            (nameof(user.EmailVerified), null, user.EmailVerified == true || user.EmailVerifiedAt is not null ? true : null),
            (nameof(user.BanReason), null, user.BanReason),
            (nameof(user.BanExpiresAt), null, user.BanExpiresAt),
            (nameof(user.Role), null, user.Role),
            (nameof(user.UserName), null, user.UserName),
        ];
        foreach ((_, string? member, object? value) in fields.Where(static f => HasValue(f.Value) && f.Member is { Length: > 0 }))
        {
            // A locale can be set only after the creation, and public metadata has an operation of its own.
            (member == "locale" ? update : create).Set(member!, value!);
            if (member != "publicMetadata")
            {
                update.Set(member!, value!);
            }
        }

        string[] dropped = [.. fields.Where(static f => f.Member is null && HasValue(f.Value)).Select(static f => f.Property)];
        if (isNewer)
        {
            ToriiMetadata bag = user.PrivateMetadata is null ? [] : new ToriiMetadata(user.PrivateMetadata);
            bag[Origin] = new ToriiMetadata { ["service"] = origin.Kind, ["address"] = origin.Address.AbsoluteUri, ["userId"] = user.UserId };
            create.Set("privateMetadata", bag);
        }

        return new UserImport(create, update, dropped);
    }

    /// <inheritdoc/>
    public string? FindOriginalId(ToriiUser user, ServiceInfo origin) =>
        user.PrivateMetadata?.GetValueOrDefault(Origin) is IDictionary<string, object?> kept
        && kept.TryGetValue("address", out object? address) && address as string == origin.Address.AbsoluteUri
        && kept.TryGetValue("userId", out object? id) ? id as string : null;

    private static bool HasValue(object? value) => value is not (null or "" or ICollection { Count: 0 });

    private static string JoinName(ToriiUser user) => user.Name ?? string.Join(' ', new[] { user.FirstName, user.LastName }.Where(static n => !string.IsNullOrEmpty(n)));

    /// <summary>The parts of a name, of which contracts from 0.0.8 on make the name again.</summary>
    private static (string? First, string? Last) SplitName(ToriiUser user)
    {
        if (user.FirstName is not null || user.LastName is not null || user.Name?.Trim() is not { Length: > 0 } name)
        {
            return (user.FirstName, user.LastName);
        }

        int space = name.LastIndexOf(' ');
        return space < 0 ? (name, null) : (name[..space], name[(space + 1)..]);
    }
}
