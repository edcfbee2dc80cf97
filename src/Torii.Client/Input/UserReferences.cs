using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Input;

/// <summary>
/// Decides which user, or which session of a user, a caller's object stands for. What could stand for more than was
/// meant is <c>Torii.AmbiguousInput</c>: a row that was a session never stands for its user.
/// </summary>
internal static class UserReferences
{
    private const string UserId = "UserId";
    private const string SessionId = "SessionId";

    /// <summary>Properties that only a session has. A row with one of them and no SessionId has lost its SessionId.</summary>
    private static readonly string[] SessionOnly = ["IpAddress", "UserAgent", "LastUsedAt", "ExpiresAt", "ActiveOrganizationId", "ImpersonatedBy"];

    /// <summary>Keys of other resources: the <c>Id</c> beside one of them is not a user's.</summary>
    private static readonly string[] OtherKeys = ["OrganizationId", "InvitationId", "MembershipId"];

    /// <summary>Resolves an id that was passed as text.</summary>
    public static ToriiUserReference FromId(string id) => new(id);

    /// <summary>Resolves a record. The reference has a problem where the record cannot be acted on.</summary>
    /// <param name="record">The record.</param>
    /// <param name="namesSession">Whether the session is computed from the record, so that the record cannot have lost it.</param>
    public static ToriiUserReference FromRecord(InputRecord record, bool namesSession = false) => record.Live switch
    {
        ToriiUser user => FindContradiction(record, user) is { } problem ? Ambiguous(record, problem) : new ToriiUserReference(user) { Input = record.Source },
        ToriiSession session => new ToriiUserReference(session.UserId, record.Source)
        {
            SessionId = session.SessionId,
            IsSession = true,
            ConnectionName = session.ConnectionName,
            Connection = session.Source,
            EnvironmentId = session.EnvironmentId,
        },
        ToriiToken token => new ToriiUserReference(token.UserId, record.Source)
        {
            SessionId = token.SessionId,
            IsSession = token.SessionId is not null,
            IsToken = true,
            ConnectionName = token.ConnectionName,
            Connection = token.Source,
            EnvironmentId = token.EnvironmentId,
        },
        ToriiMembership membership => new ToriiUserReference(membership.UserId, record.Source)
        {
            IsMembership = true,
            ConnectionName = membership.ConnectionName,
            Connection = membership.Source,
            EnvironmentId = membership.EnvironmentId,
        },
        not null => Unusable(record, $"An object of type {record.Live.GetType().Name} does not name a user."),
        _ => FromRow(record, namesSession),
    };

    /// <summary>Resolves a user id that was named explicitly while an id came through the pipeline.</summary>
    public static ToriiUserReference Combine(ToriiUserReference explicitId, string? id) => ResponseValidator.SameId(explicitId.UserId, id) ? explicitId : new(null, explicitId.Input)
    {
        Label = explicitId.Label,
        Problem = new ToriiException(ToriiErrorId.AmbiguousInput, "An id came through the pipeline, and -UserId names a user too.") { Variant = "explicit" },
    };

    /// <summary>
    /// Resolves a user id that was named explicitly while a record came through the pipeline: the record is the source
    /// of the id only if it carries that id.
    /// </summary>
    /// <param name="explicitId">The reference that was named.</param>
    /// <param name="record">The record that came through the pipeline.</param>
    /// <param name="computed">Whether the id was computed from the record, by a script block.</param>
    /// <param name="namesSession">Whether the session was named too, so that the record cannot have lost it.</param>
    public static ToriiUserReference Combine(ToriiUserReference explicitId, InputRecord record, bool computed, bool namesSession = false)
    {
        if (record.Is<ToriiUnverifiedToken>())
        {
            return Unusable(record, "The claims of an unverified token do not name a user.");
        }

        ToriiUserReference own = record.Live is null && !HasUserId(record) ? Unusable(record, "") : FromRecord(record);
        if (own.UserId.Length > 0)
        {
            return ResponseValidator.SameId(own.UserId, explicitId.UserId) ? own : Ambiguous(
                record, $"The object from the pipeline is user {own.UserId}, and -UserId names {explicitId.UserId}.", "explicit");
        }

        return !computed ? Ambiguous(record, $"The object from the pipeline does not name a user, and -UserId names {explicitId.UserId}.", "explicit")
            : !namesSession && FindLostSession(record) is { } lost ? Ambiguous(record, lost)
            : record.Properties.Any(p => ResponseValidator.SameId(InputRecord.ToText(p.Value), explicitId.UserId)) ? new ToriiUserReference(explicitId.UserId, record.Source)
            {
                SessionId = record.Text(SessionId),
                IsSession = record.Has(SessionId),
                ConnectionName = record.Text(nameof(ToriiObject.ConnectionName)),
                EnvironmentId = record.Text(nameof(ToriiUser.EnvironmentId)),
            }
            : explicitId;
    }

    private static ToriiUserReference FromRow(InputRecord record, bool namesSession)
    {
        string? user = record.Text(UserId);
        string? session = record.Text(SessionId);
        string? id = record.Text("Id");
        string? other = OtherKeys.FirstOrDefault(record.Has);
        string? near = record.FindNearlyNamed(UserId);
        string? problem =
            record.IsContradictory(UserId) || record.IsContradictory(SessionId) ? "It has two columns whose names differ in case only."
            : near is not null && record.Text(near) is { } value && !ResponseValidator.SameId(value, user ?? id) ? $"Its column '{near}' looks like UserId and has another value."
            : FindUnusable(record)
            ?? (record.Is<ToriiUnverifiedToken>() ? "The claims of an unverified token do not name a user."
            : session is null && !namesSession ? FindLostSession(record)
            : null);
        if (problem is not null)
        {
            return Ambiguous(record, problem);
        }

        string? key = user ?? (other is null ? id : null);
        if (key is null)
        {
            return near is not null
                ? Ambiguous(record, $"The column '{near}' looks like UserId and is not used.", "column")
                : Unusable(record, other is null ? "The object has no UserId." : $"The object has no UserId; its Id belongs to its {other}.");
        }

        if (session is null && !namesSession && user is not null && id is not null && !ResponseValidator.SameId(id, user) && other is null)
        {
            return Ambiguous(record, "Its Id and its UserId differ.");
        }

        return new ToriiUserReference(key, record.Source)
        {
            Label = LabelOf(record, key),
            SessionId = session,
            IsSession = session is not null || record.Is<ToriiSession>(),
            IsToken = record.Is<ToriiToken>(),
            IsMembership = record.Is<ToriiMembership>() || record.Has("OrganizationId"),
            ConnectionName = record.Text(nameof(ToriiObject.ConnectionName)),
            EnvironmentId = record.Text(nameof(ToriiUser.EnvironmentId)),
        };
    }

    /// <summary>Why a row without a SessionId may have been a session; null when it was not one.</summary>
    private static string? FindLostSession(InputRecord record) =>
        // A token is not a session unless it names one, and a verified token keeps an empty SessionId.
        record.Is<ToriiToken>() ? null
        : record.Has(SessionId) && record.Text(SessionId) is null ? "It has a SessionId that is empty."
        : record.Text(SessionId) is not null ? null
        : record.Properties.Select(static p => p.Key).FirstOrDefault(IsSessionLike) is { } near ? $"Its column '{near}' looks like SessionId and is not used."
        : record.Is<ToriiSession>() ? "It was a session, and its SessionId is missing."
        : SessionOnly.FirstOrDefault(c => record.Has(c) || record.FindNearlyNamed(c) is not null) is { } column ? $"It has the column {column} of a session and no SessionId."
        : null;

    /// <summary>Who a row is about, for a person.</summary>
    internal static string LabelOf(InputRecord record, string? id)
    {
        string? name = record.Text(nameof(ToriiUser.Email)) ?? record.Text("EmailAddress") ?? record.Text(nameof(ToriiUser.Name));
        return name is null ? id ?? "" : id is null ? name : $"{name} ({id})";
    }

    private static bool IsSessionLike(string name) => InputRecord.Letters(name) is "sid" or "claims" or ['s', 'e', 's', 's', 'i', 'o', 'n', ..] && !string.Equals(name, SessionId, StringComparison.OrdinalIgnoreCase);

    /// <summary>What was added to a user object, and makes it doubtful that the user is meant; null for nothing.</summary>
    private static string? FindContradiction(InputRecord record, ToriiUser user) =>
        !record.IsExtended ? null
        : record.Properties.Select(static p => p.Key).FirstOrDefault(static n => IsSessionLike(n) || string.Equals(n, SessionId, StringComparison.OrdinalIgnoreCase)) is { } session
            ? $"The user object also has a property {session}."
        : !ResponseValidator.SameId(record.Text(UserId), user.UserId) ? "The user object has another UserId than the user."
        : null;

    /// <summary>Where a row names a connection or an environment in a way that would be ignored.</summary>
    internal static string? FindUnusable(InputRecord record)
    {
        foreach (string name in (string[])[nameof(ToriiObject.ConnectionName), nameof(ToriiUser.EnvironmentId)])
        {
            if (record.FindNearlyNamed(name) is { } near)
            {
                return $"Its column '{near}' looks like {name} and is not used.";
            }

            if (record.Text(name) is null && !InputRecord.IsEmpty(record.Properties.FirstOrDefault(p => string.Equals(p.Key, name, StringComparison.OrdinalIgnoreCase)).Value))
            {
                return $"Its {name} is not a single value.";
            }
        }

        return null;
    }

    private static bool HasUserId(InputRecord record) => record.Text(UserId) is not null || (record.Text("Id") is not null && !OtherKeys.Any(record.Has));

    private static ToriiUserReference Ambiguous(InputRecord record, string problem, string? variant = null) => new(null, record.Source)
    {
        Label = LabelOf(record, record.Text(UserId) ?? record.Text("Id")),
        Problem = new ToriiException(ToriiErrorId.AmbiguousInput, $"{Redactor.RedactLine(problem)}") { Variant = variant },
    };

    private static ToriiUserReference Unusable(InputRecord record, string problem) => new(null, record.Source)
    {
        Label = LabelOf(record, null),
        Problem = new ToriiException(ToriiErrorId.InvalidId, $"{Redactor.RedactLine(problem)}") { Variant = "object" },
    };
}
