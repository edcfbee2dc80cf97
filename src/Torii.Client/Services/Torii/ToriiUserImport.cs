using System.Collections;
using Torii.Client.Copying;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>
/// Users of other services as users of torii. Contracts from 0.0.8 on keep the origin in the private metadata; older
/// ones cannot keep it.
/// </summary>
/// <param name="pipeline">Sends the request that finds out the contract.</param>
/// <param name="hasMetadata">Whether the users of the server have metadata; null while that is not known.</param>
internal sealed class ToriiUserImport(ApiPipeline pipeline, Func<bool?> hasMetadata) : IUserImport
{
    private static readonly string[] NameParts = ["firstName", "lastName"];

    private bool? _hasMetadata;

    /// <inheritdoc/>
    public Task<bool> KeepsIdAsync(string userId, RequestContext context) => Task.FromResult(false);

    /// <inheritdoc/>
    public async Task<bool> KeepsOriginAsync(RequestContext context) =>
        _hasMetadata ??= hasMetadata() ?? await ToriiFeature.ExistsAsync(pipeline, context, "/api/server/v1/invitations?limit=1").ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<UserImport> MapAsync(ToriiUser user, bool isBanned, ServiceInfo origin, RequestContext context)
    {
        bool isNewer = await KeepsOriginAsync(context).ConfigureAwait(false);
        ResourceBody create = new();
        create.Set("email", user.Email ?? "");
        ResourceBody complete = new();
        ResourceBody update = new();
        (string? first, string? last) = SplitName(user);
        (string Property, string? Member, object? Value)[] fields =
        [
            (nameof(user.Name), isNewer ? "firstName" : "name", isNewer ? first : UserImport.FullName(user)),
            (nameof(user.Name), "lastName", isNewer ? last : null),
            ("white space around Name", null, isNewer && user.Name?.Trim() != user.Name ? user.Name : null),
            (nameof(user.Phone), isNewer ? null : "phone", user.Phone),
            (nameof(user.Address), isNewer ? null : "address", user.Address),
            (nameof(user.DateOfBirth), isNewer ? null : "dateOfBirth", user.DateOfBirth),
            (nameof(user.UnsafeMetadata), isNewer ? "unsafeMetadata" : null, user.UnsafeMetadata is { } bag ? WithoutNulls(bag) : null),
            (nameof(user.Locale), ToriiService.Locales.Contains(user.Locale) ? "locale" : null, user.Locale),
            (nameof(user.EmailVerified), null, user.EmailVerified == true || user.EmailVerifiedAt is not null ? true : null),
            (nameof(user.BanReason), null, isBanned ? user.BanReason : null),
            (nameof(user.BanExpiresAt), null, isBanned ? user.BanExpiresAt : null),
            (nameof(user.Role), null, user.Role),
            (nameof(user.UserName), null, user.UserName),
            (nameof(user.PublicMetadata), isNewer ? "" : null, user.PublicMetadata),
            (nameof(user.PrivateMetadata), isNewer ? "" : null, user.PrivateMetadata),
        ];
        foreach ((_, string? member, object? value) in fields.Where(static f => HasValue(f.Value) && f.Member is { Length: > 0 }))
        {
            // A creation does not take a locale.
            (member == "locale" ? complete : create).Set(member!, value!);
            update.Set(member!, value!);
        }

        // The parts are one name: a part of another name must not be left beside them.
        if (isNewer && (HasValue(first) || HasValue(last)))
        {
            foreach (string part in NameParts.Where(p => !update.Members.Contains(p)))
            {
                update.Clear(part);
            }
        }

        string[] dropped = [.. fields.Where(static f => f.Member is null && HasValue(f.Value)).Select(static f => f.Property), .. UserImport.AddedMembers(user)];
        ResourceBody metadata = new();
        ResourceBody finish = new();
        if (isNewer)
        {
            bool hasMoreSteps = isBanned || complete.Members.Count > 0;
            if (HasValue(user.PublicMetadata))
            {
                create.Set("publicMetadata", WithoutNulls(user.PublicMetadata!));
                metadata.Set("publicMetadata", WithoutNulls(user.PublicMetadata!));
            }

            create.Set("privateMetadata", Private(hasMoreSteps));
            metadata.Set("privateMetadata", Private(null));
            if (hasMoreSteps)
            {
                finish.Set("privateMetadata", UserOrigin.Finished());
            }
        }

        return new UserImport(create, complete, update, metadata, finish, new BanOptions(), IsBannedByCreate: false, dropped);

        ToriiMetadata Private(bool? isUnfinished) => new(WithoutNulls(user.PrivateMetadata ?? [])) { [UserOrigin.Key] = UserOrigin.ToMetadata(origin, user, isUnfinished) };
    }

    /// <summary>A null deletes a key of the user who exists, and a copy deletes nothing.</summary>
    private static ToriiMetadata WithoutNulls(ToriiMetadata bag) =>
        new(bag.Where(static m => m.Value is not null).ToDictionary(static m => m.Key, static m => m.Value is ToriiMetadata inner ? WithoutNulls(inner) : m.Value));

    private static bool HasValue(object? value) => value is not (null or "" or ICollection { Count: 0 });

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
