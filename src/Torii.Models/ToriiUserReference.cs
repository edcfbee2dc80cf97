namespace Torii;

/// <summary>
/// Names a user to act on: by id, by a <see cref="ToriiUser"/>, or by a record such as a row of a CSV file. A reference
/// keeps the record that it was made from, so that the label, the connection and the error target of a user always
/// come from the record that carried the id.
/// </summary>
public sealed class ToriiUserReference
{
    /// <summary>Creates a reference from an id. The service checks the syntax of the id before it is used.</summary>
    /// <param name="userId">The user's id.</param>
    public ToriiUserReference(string userId)
        : this(userId, userId)
    {
    }

    /// <summary>Creates a reference from a user; it remembers the connection that the user was read through.</summary>
    /// <param name="user">The user.</param>
    /// <exception cref="ArgumentNullException"><paramref name="user"/> is null.</exception>
    public ToriiUserReference(ToriiUser user)
        : this(user?.UserId ?? throw new ArgumentNullException(nameof(user)), user)
    {
        Label = user.ToString();
        EnvironmentId = user.EnvironmentId;
        ConnectionName = user.ConnectionName;
        Connection = user.Source;
    }

    internal ToriiUserReference(string? userId, object input)
    {
        UserId = userId ?? "";
        Label = UserId;
        Input = input;
    }

    /// <summary>The user's id; empty for a record that does not carry one.</summary>
    public string UserId { get; }

    /// <summary>
    /// The session that the record stands for; <see langword="null"/> for a record that stands for the user. A
    /// reference with a session never stands for more than that session.
    /// </summary>
    public string? SessionId { get; internal init; }

    /// <summary>Who the user is, for a person: address or name with the id.</summary>
    internal string Label { get; init; }

    /// <summary>What the reference was made from; the target of errors.</summary>
    internal object Input { get; init; }

    /// <summary>Whether the reference was made from a record, not from an id alone.</summary>
    internal bool IsRecord => !ReferenceEquals(Input, UserId);

    /// <summary>The name of the connection that the record was read through.</summary>
    internal string? ConnectionName { get; init; }

    /// <summary>The connection behind <see cref="ConnectionName"/>, for an object that was not serialized.</summary>
    internal ToriiConnection? Connection { get; init; }

    /// <summary>The environment that the record belongs to, where it names one.</summary>
    internal string? EnvironmentId { get; init; }

    /// <summary>Whether the record is a session or a token: it does not stand for its user where the user is changed.</summary>
    internal bool IsSession { get; init; }

    /// <summary>Whether the record is the verified claims of a token, which stands for no more than its session.</summary>
    internal bool IsToken { get; init; }

    /// <summary>Why the record cannot be acted on; <see langword="null"/> for one that can.</summary>
    internal ToriiException? Problem { get; init; }

    /// <summary>Who the user is, for a person.</summary>
    public override string ToString() => Label;
}
