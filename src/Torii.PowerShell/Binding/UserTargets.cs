using System.Management.Automation;
using Torii.Client;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>A user to act on, and where it came from.</summary>
/// <param name="User">The user.</param>
/// <param name="Row">The position of its row in the pipeline, counted from 1; null for what is not a row.</param>
internal sealed record UserTarget(ToriiUserReference User, int? Row)
{
    /// <summary>The item for an operation on this user.</summary>
    /// <param name="connection">The connection to use.</param>
    /// <param name="action">The operation, for ShouldProcess.</param>
    /// <param name="work">Runs it.</param>
    /// <param name="label">Who or what is acted on; null for the user.</param>
    /// <param name="key">What is acted on; null for the user.</param>
    public BulkItem ToItem(ToriiConnection connection, string action, Func<RequestContext, Task<object?>> work, string? label = null, string? key = null) => new()
    {
        Connection = connection,
        Key = key ?? User.UserId,
        Target = label ?? User.Label,
        Action = action,
        Input = User.Input,
        Row = Row,
        Work = work,
    };
}

/// <summary>
/// Resolves the users of a record. An id that was named explicitly, or computed by a script block, is combined with
/// the object from the pipeline: the label, the connection and the error target come from that object only if it
/// carries the id.
/// </summary>
internal sealed class UserTargets
{
    private readonly bool _isExplicit;
    private readonly bool _isComputed;
    private readonly bool _namesSession;
    private readonly bool _computesSession;
    private int _records;

    /// <summary>Create it in BeginProcessing: only then the bound parameters are those of the command line.</summary>
    /// <param name="invocation">The invocation of the cmdlet.</param>
    /// <param name="parameter">The name of the parameter that takes the users.</param>
    public UserTargets(InvocationInfo invocation, string parameter)
    {
        _isExplicit = invocation.BoundParameters.TryGetValue(parameter, out object? bound);
        _isComputed = _isExplicit && bound is not ToriiUserReference[];
        _namesSession = invocation.BoundParameters.TryGetValue(nameof(ToriiUserReference.SessionId), out object? session);
        _computesSession = _namesSession && session is not (null or string);
    }

    /// <summary>The record behind a bound InputObject; null for an id.</summary>
    public static InputRecord? RecordOf(object? inputObject) => SensitiveArgument.Reveal(inputObject) as InputRecord;

    /// <summary>Describes an id that the service does not accept; null for a good one.</summary>
    public static ToriiException? FindIdProblem(IIdentityService service, ToriiUserReference user) =>
        (service.FindIdProblem(ResourceKind.User, user.UserId) ?? (user.SessionId is { } session ? service.FindIdProblem(ResourceKind.Session, session) : null)) is { } problem
            ? new ToriiException(ToriiErrorId.InvalidId, problem) { Variant = user.UserId.Contains('@', StringComparison.Ordinal) ? "address" : null }
            : null;

    /// <summary>The users of one record.</summary>
    /// <param name="users">The value of the parameter.</param>
    /// <param name="inputObject">The object from the pipeline.</param>
    public IReadOnlyList<UserTarget> Resolve(ToriiUserReference[] users, object? inputObject)
    {
        _records++;
        object? input = SensitiveArgument.Reveal(inputObject);
        InputRecord? record = input as InputRecord;
        int? row = record is { Live: null } ? _records : null;
        ToriiUserReference[] resolved = [.. users.Select(user =>
            !_isExplicit ? _computesSession && record is not null ? UserReferences.FromRecord(record, namesSession: true) : user
            : record is not null ? UserReferences.Combine(user, record, _isComputed, _namesSession)
            : input is not null && !_isComputed ? UserReferences.Combine(user, InputRecord.ToText(input))
            : user)];
        // One id that differs from the object makes the whole record ambiguous.
        ToriiUserReference? wrong = _isExplicit ? resolved.FirstOrDefault(static u => u.Problem is not null) : null;
        return [.. (wrong is null ? resolved : [wrong]).Select(user => new UserTarget(user, row))];
    }
}
