namespace Torii;

/// <summary>Names a user to act on: by id, by a <see cref="ToriiUser"/>, or by a record such as a row of a CSV file.</summary>
public sealed class ToriiUserReference : ToriiReference
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
        : base(user?.UserId ?? throw new ArgumentNullException(nameof(user)), user, user.EnvironmentId) => UserId = user.UserId;

    internal ToriiUserReference(string? userId, object input)
        : base(userId ?? "", input) => UserId = userId ?? "";

    /// <summary>The user's id; empty for a record that does not carry one.</summary>
    public string UserId { get; }

    /// <summary>
    /// The session that the record stands for; <see langword="null"/> for a record that stands for the user. A
    /// reference with a session never stands for more than that session.
    /// </summary>
    public string? SessionId { get; internal init; }

    /// <inheritdoc/>
    internal override string Key => UserId;

    /// <summary>Whether the record is a session or a token: it does not stand for its user where the user is changed.</summary>
    internal bool IsSession { get; init; }

    /// <summary>Whether the record is the verified claims of a token, which stands for no more than its session.</summary>
    internal bool IsToken { get; init; }

    /// <summary>Whether the record is a membership: it does not stand for its user where the user is changed.</summary>
    internal bool IsMembership { get; init; }
}
