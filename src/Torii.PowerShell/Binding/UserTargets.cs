using System.Management.Automation;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

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
    private int _records;

    /// <summary>Create it in BeginProcessing: only then the bound parameters are those of the command line.</summary>
    /// <param name="invocation">The invocation of the cmdlet.</param>
    /// <param name="parameter">The name of the parameter that takes the users.</param>
    public UserTargets(InvocationInfo invocation, string parameter)
    {
        _isExplicit = invocation.BoundParameters.TryGetValue(parameter, out object? bound);
        _isComputed = _isExplicit && bound is not ToriiUserReference[];
        _namesSession = invocation.BoundParameters.ContainsKey(nameof(ToriiUserReference.SessionId));
    }

    /// <summary>The record behind a bound InputObject; null for an id.</summary>
    public static InputRecord? RecordOf(object? inputObject) => SensitiveArgument.Reveal(inputObject) as InputRecord;

    /// <summary>The users of one record.</summary>
    /// <param name="users">The value of the parameter.</param>
    /// <param name="inputObject">The object from the pipeline.</param>
    public IReadOnlyList<Target<ToriiUserReference>> Resolve(ToriiUserReference[] users, object? inputObject)
    {
        _records++;
        object? input = SensitiveArgument.Reveal(inputObject);
        InputRecord? record = input as InputRecord;
        int? row = record is { Live: null } ? _records : null;
        ToriiUserReference[] resolved = [.. users.Select(user =>
            !_isExplicit ? user
            : record is not null ? UserReferences.Combine(user, record, _isComputed, _namesSession)
            : input is not null && !_isComputed ? UserReferences.Combine(user, InputRecord.ToText(input))
            : user)];
        // One id that differs from the object makes the whole record ambiguous.
        ToriiUserReference? wrong = _isExplicit ? resolved.FirstOrDefault(static u => u.Problem is not null) : null;
        return [.. (wrong is null ? resolved : [wrong]).Select(user => new Target<ToriiUserReference>(user, row))];
    }
}
