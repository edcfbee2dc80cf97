using System.Text.RegularExpressions;

namespace Torii.Emulator.Users;

/// <summary>Reads the bodies that create and change users, and refuses values that the service does not store.</summary>
internal static partial class ProfileReader
{
    private const int MinPasswordLength = 8;

    public static User ReadNew(BodyFields body, EmulatedEnvironment environment)
    {
        if (body.Text("password").Value is { Length: < MinPasswordLength })
        {
            throw new RequestRefusedException(400, "weak_password", $"'password' has fewer than {MinPasswordLength} characters.", "password");
        }

        string? email = body.Text("email").Value;
        RefuseBadEmail(email);
        User user = ReadNames(new User { EnvironmentId = environment.Id, Email = email }, body, environment.Contract);
        return environment.Contract < Contract.V0012 ? user : ReadMetadata(user, body, "publicMetadata", "privateMetadata", "unsafeMetadata");
    }

    public static User ReadChange(User user, BodyFields body, Contract contract)
    {
        Optional<string> locale = body.Text("locale");
        if (locale.Value is not (null or "en" or "da"))
        {
            throw RequestRefusedException.BadField("locale", "is neither en nor da");
        }

        User changed = ReadNames(user, body, contract) with { Locale = locale.Or(user.Locale) };
        return contract < Contract.V0012 ? changed : ReadMetadata(changed, body, "unsafeMetadata");
    }

    /// <summary>Merges those of the named bags that are in the body.</summary>
    public static User ReadMetadata(User user, BodyFields body, params string[] names)
    {
        Metadata Merged(string name, Metadata bag) =>
            names.Contains(name) && body.Object(name).Value is { } change ? bag.Merge(change) : bag;

        User changed = user with
        {
            PublicMetadata = Merged("publicMetadata", user.PublicMetadata),
            PrivateMetadata = Merged("privateMetadata", user.PrivateMetadata),
            UnsafeMetadata = Merged("unsafeMetadata", user.UnsafeMetadata),
        };
        int size = changed.PublicMetadata.Json.Length + changed.PrivateMetadata.Json.Length + changed.UnsafeMetadata.Json.Length;
        return size <= Metadata.MaxBytes
            ? changed
            : throw new RequestRefusedException(400, "metadata_too_large", $"The metadata of the user would take {size} of {Metadata.MaxBytes} bytes.");
    }

    public static void RefuseBadEmail(string? email)
    {
        if (email is not null && !EmailShape().IsMatch(email))
        {
            throw new RequestRefusedException(400, "invalid_email", "'email' is not an email address.", "email");
        }
    }

    private static User ReadNames(User user, BodyFields body, Contract contract)
    {
        if (contract < Contract.V0012)
        {
            return user with
            {
                Name = body.Text("name").Or(user.Name),
                Phone = body.Text("phone").Or(user.Phone),
                Address = body.Text("address").Or(user.Address),
                DateOfBirth = body.Date("dateOfBirth").Or(user.DateOfBirth),
            };
        }

        string? firstName = body.Text("firstName").Or(user.FirstName);
        string? lastName = body.Text("lastName").Or(user.LastName);
        return user with { FirstName = firstName, LastName = lastName, Name = User.FullName(firstName, lastName) };
    }

    /// <summary>A local part, one @ and dot-separated labels, without white space.</summary>
    [GeneratedRegex(@"^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*\z")]
    private static partial Regex EmailShape();
}
