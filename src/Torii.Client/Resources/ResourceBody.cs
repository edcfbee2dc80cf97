using Torii.Client.Http;

namespace Torii.Client.Resources;

/// <summary>
/// The members of a create or update request. Tri-state: an absent member is left alone, null clears it, a value sets
/// it. Members are named in camel case; a service maps them to its own names.
/// </summary>
public sealed class ResourceBody
{
    private readonly Dictionary<string, object?> _members = new(StringComparer.Ordinal);

    /// <summary>The members that are sent, in the order in which they were added.</summary>
    public IReadOnlyCollection<string> Members => _members.Keys;

    /// <summary>The value of each member; null clears.</summary>
    internal IReadOnlyDictionary<string, object?> Values => _members;

    /// <summary>Sets a member.</summary>
    /// <param name="member">Its name, for example <c>dateOfBirth</c>.</param>
    /// <param name="value">Text, a number, a Boolean, or a dictionary or list of such values.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public void Set(string member, object value) => _members[member] = value ?? throw new ArgumentNullException(nameof(value));

    /// <summary>Clears a member: null in the request.</summary>
    public void Clear(string member) => _members[member] = null;

    /// <summary>Removes a member: it is left alone.</summary>
    public void Remove(string member) => _members.Remove(member);

    /// <summary>The value of a text member; null where there is none.</summary>
    public string? Text(string member) => _members.GetValueOrDefault(member) as string;

    /// <summary>Refuses members that a service does not have, before anything is sent.</summary>
    /// <exception cref="ToriiException"><c>Torii.NotSupported</c>.</exception>
    internal void CheckMembers(string service, IReadOnlyList<string> known, string noun = "Users")
    {
        if (Members.FirstOrDefault(m => !known.Contains(m)) is { } unknown)
        {
            throw new ToriiException(
                ToriiErrorId.NotSupported, $"{noun} of {service} have no '{unknown}'; the fields are {string.Join(", ", known)}. No request was sent.");
        }
    }

    /// <summary>The body as JSON for a person to read, secrets redacted.</summary>
    public string ToDisplay() => Redactor.RedactBody(ToJson())!;

    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: a value that has no JSON form, or is nested too deep.</exception>
    internal byte[] ToJson() => PlainJson.ToBytes(writer =>
    {
        writer.WriteStartObject();
        foreach ((string member, object? value) in _members)
        {
            writer.WritePropertyName(member);
            PlainJson.Write(writer, value, isSent: true);
        }

        writer.WriteEndObject();
    });
}
