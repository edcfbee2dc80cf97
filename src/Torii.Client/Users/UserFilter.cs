using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Torii.Client.Users;

/// <summary>
/// Which users to search for (searchUsers): what is sent, and what every user that comes back must then be. A server
/// that does not know a filter may ignore it and answer with everybody.
/// </summary>
public sealed record UserFilter
{
    private static readonly long Millisecond = TimeSpan.TicksPerMillisecond;

    /// <summary>A part of the name, in any case; not blank.</summary>
    public string? NameContains { get; init; }

    /// <summary>Only users without a name.</summary>
    public bool WithoutName { get; init; }

    /// <summary>A part of the primary address, in any case; not blank.</summary>
    public string? EmailContains { get; init; }

    /// <summary>Only users without a primary address.</summary>
    public bool WithoutEmail { get; init; }

    /// <summary>Any of these statuses, as the service spells them; empty for all.</summary>
    public IReadOnlyList<string> Statuses { get; init; } = [];

    /// <summary>Created at this moment or later.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Created at this moment or earlier.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>What the caller wants beyond what the service can filter by; null for no more.</summary>
    public Func<ToriiUser, bool>? Keep { get; init; }

    /// <summary>Whether some users of a correct answer may still be left out here.</summary>
    internal bool Narrows => Keep is not null || WithoutEmail || CreatedAfter is not null || CreatedBefore is not null;

    /// <summary>The names of the fields that are sent.</summary>
    internal IReadOnlyList<string> Fields => Members().Select(m => m.Name).ToArray();

    /// <summary>The request's body. Null is sent for name and email only, where it means "has none".</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: a filter is blank, and a blank one means everybody.</exception>
    internal byte[] ToJson()
    {
        if (FindFault() is { } fault)
        {
            throw new ToriiException("Torii.InvalidRequest", fault, "Give a value, or leave the filter out.");
        }

        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            foreach ((string name, Action<Utf8JsonWriter> write) in Members())
            {
                writer.WritePropertyName(name);
                write(writer);
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Checks a page against what was sent, then narrows it to what was meant.</summary>
    /// <exception cref="ToriiException"><c>Torii.FilterIgnored</c>: one of the users cannot belong to the answer.</exception>
    internal IReadOnlyList<ToriiUser> Apply(IReadOnlyList<ToriiUser> users)
    {
        foreach (ToriiUser user in users)
        {
            if (FindContradiction(user) is { } contradiction)
            {
                throw new ToriiException(
                    "Torii.FilterIgnored",
                    $"The service answered with user {user.UserId}, {contradiction}. It seems to ignore that filter, so nothing "
                    + "of that page was passed on.",
                    "Leave the filter out and select with Where-Object.");
            }
        }

        return Narrows ? users.Where(Belongs).ToArray() : users;
    }

    private string? FindContradiction(ToriiUser user) =>
        NameContains is { } name && !Contains(user.Name, name) ? $"whose name does not contain '{name}'"
        : WithoutName && !string.IsNullOrWhiteSpace(user.Name) ? "who has a name, where only users without one were asked for"
        : EmailContains is { } email && !Contains(user.Email, email) && !Contains(user.Email is null ? null : EmailText.Canonical(user.Email), EmailText.Canonical(email)) ? $"whose address does not contain '{email}'"
        : Statuses.Count > 0 && !Statuses.Contains(user.Status, StringComparer.OrdinalIgnoreCase) ? $"whose status is {user.Status}, where {string.Join(" or ", Statuses)} was asked for"
        : CreatedAfter is { } after && user.CreatedAt < Floor(after) ? $"who was created {user.CreatedAt:u}, before the time that was asked for"
        : CreatedBefore is { } before && user.CreatedAt > Ceiling(before) ? $"who was created {user.CreatedAt:u}, after the time that was asked for"
        : null;

    /// <summary>
    /// <see cref="WithoutEmail"/> is judged here and not as a contradiction: contracts from 0.0.12 document that they
    /// take the null as no restriction.
    /// </summary>
    private bool Belongs(ToriiUser user) =>
        (!WithoutEmail || string.IsNullOrWhiteSpace(user.Email))
        && (CreatedAfter is not { } after || user.CreatedAt >= after)
        && (CreatedBefore is not { } before || user.CreatedAt <= before)
        && (Keep is null || Keep(user));

    private string? FindFault() =>
        IsBlank(NameContains) ? "The filter by name is blank."
        : IsBlank(EmailContains) ? "The filter by address is blank."
        : Statuses.Any(string.IsNullOrWhiteSpace) ? "A status to filter by is blank."
        : NameContains is not null && WithoutName ? "Nobody has a name and has none."
        : EmailContains is not null && WithoutEmail ? "Nobody has an address and has none."
        : null;

    private static bool IsBlank(string? text) => text is not null && string.IsNullOrWhiteSpace(text);

    private IEnumerable<(string Name, Action<Utf8JsonWriter> Write)> Members()
    {
        if (NameContains is { } name)
        {
            yield return ("name", w => w.WriteStringValue(name));
        }
        else if (WithoutName)
        {
            yield return ("name", w => w.WriteNullValue());
        }

        if (EmailContains is { } email)
        {
            yield return ("email", w => w.WriteStringValue(email));
        }
        else if (WithoutEmail)
        {
            yield return ("email", w => w.WriteNullValue());
        }

        if (Statuses.Count > 0)
        {
            yield return ("statuses", WriteStatuses);
        }

        if (CreatedAfter is { } after)
        {
            yield return ("createdAfter", w => w.WriteStringValue(Instant(Floor(after))));
        }

        if (CreatedBefore is { } before)
        {
            yield return ("createdBefore", w => w.WriteStringValue(Instant(Ceiling(before))));
        }
    }

    private void WriteStatuses(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        // The contract wants each once.
        foreach (string status in Statuses.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            writer.WriteStringValue(status);
        }

        writer.WriteEndArray();
    }

    private static string Instant(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Bounds go out in whole milliseconds, rounded outwards, so that an answer that shows a time cut to milliseconds
    /// is no contradiction; <see cref="Belongs"/> applies the bound that was meant.
    /// </summary>
    private static DateTimeOffset Floor(DateTimeOffset value) => value.AddTicks(-(value.UtcTicks % Millisecond));

    private static DateTimeOffset Ceiling(DateTimeOffset value)
    {
        long above = value.UtcTicks % Millisecond;
        // Less than a millisecond below the end of time there is nothing to round up to.
        return above == 0 || value.UtcTicks > DateTimeOffset.MaxValue.UtcTicks - Millisecond ? value : value.AddTicks(Millisecond - above);
    }

    /// <summary>
    /// As lenient as any server's substring search may be (case, accents, width), so that only a filter that was not
    /// applied at all is noticed.
    /// </summary>
    private static bool Contains(string? text, string part) =>
        text is not null
        && CultureInfo.InvariantCulture.CompareInfo.IndexOf(
            text.Normalize(NormalizationForm.FormKC),
            part.Normalize(NormalizationForm.FormKC),
            CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace | CompareOptions.IgnoreWidth | CompareOptions.IgnoreKanaType) >= 0;
}
