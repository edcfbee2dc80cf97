using System.Text.RegularExpressions;
using Torii.Emulator.Contracts;
using Torii.Emulator.Http;
using Torii.Emulator.Store;

namespace Torii.Emulator.Users;

/// <summary>Reads the members of create and update bodies, and refuses what the service would not store.</summary>
internal static partial class ProfileFields
{
    private const int ShortestPassword = 8;

    /// <summary>The three bags of one user together.</summary>
    private const int MetadataBudget = 8 * 1024;

    public static UserState ReadNew(JsonFields body, ContractVersion contract)
    {
        var password = body.Text("password").Value;
        if (password is { Length: < ShortestPassword })
        {
            throw new Refusal(400, "weak_password", $"'password' has fewer than {ShortestPassword} characters.", "password");
        }

        var email = body.Text("email").Value;
        if (email is not null && !EmailShape().IsMatch(email))
        {
            throw new Refusal(400, "invalid_email", "'email' is not an e-mail address.", "email");
        }

        var profile = ReadProfile(new UserState { Email = email }, body, contract);
        return contract.HasMetadata ? ReadMetadata(profile, body, "publicMetadata", "privateMetadata", "unsafeMetadata") : profile;
    }

    public static UserState ReadChange(UserState user, JsonFields body, ContractVersion contract)
    {
        var changed = ReadProfile(user, body, contract) with { Locale = Locale(body).Or(user.Locale) };
        return contract.HasMetadata ? ReadMetadata(changed, body, "unsafeMetadata") : changed;
    }

    public static UserState ReadMetadata(UserState user, JsonFields body, params string[] names)
    {
        Metadata Merged(string name, Metadata bag) =>
            names.Contains(name) && body.Object(name).Value is { } change ? bag.Merge(change) : bag;

        var changed = user with
        {
            PublicMetadata = Merged("publicMetadata", user.PublicMetadata),
            PrivateMetadata = Merged("privateMetadata", user.PrivateMetadata),
            UnsafeMetadata = Merged("unsafeMetadata", user.UnsafeMetadata),
        };
        var size = changed.PublicMetadata.Json.Length + changed.PrivateMetadata.Json.Length + changed.UnsafeMetadata.Json.Length;
        return size <= MetadataBudget
            ? changed
            : throw new Refusal(400, "metadata_too_large", $"The user's metadata would take {size} of {MetadataBudget} bytes.");
    }

    private static UserState ReadProfile(UserState user, JsonFields body, ContractVersion contract)
    {
        if (!contract.HasNameParts)
        {
            return user with
            {
                Name = body.Text("name").Or(user.Name),
                Phone = body.Text("phone").Or(user.Phone),
                Address = body.Text("address").Or(user.Address),
                DateOfBirth = body.Day("dateOfBirth").Or(user.DateOfBirth),
            };
        }

        var firstName = body.Text("firstName").Or(user.FirstName);
        var lastName = body.Text("lastName").Or(user.LastName);
        return user with { FirstName = firstName, LastName = lastName, Name = FullName(firstName, lastName) };
    }

    public static string? FullName(string? firstName, string? lastName)
    {
        var full = $"{firstName} {lastName}".Trim();
        return full.Length == 0 ? null : full;
    }

    private static Field<string> Locale(JsonFields body)
    {
        var locale = body.Text("locale");
        return locale.Value is null or "en" or "da" ? locale : throw Refusal.BadField("locale", "is neither en nor da");
    }

    /// <summary>Something, one @, and dot-separated labels; no blank anywhere.</summary>
    [GeneratedRegex(@"^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*\z")]
    private static partial Regex EmailShape();
}
