using System.Management.Automation;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Resolves the targets of a record. An id that was named explicitly, or computed by a script block, is combined with
/// the object from the pipeline: the label, the connection and the error target come from that object only if it
/// carries the id.
/// </summary>
/// <typeparam name="TReference">The kind of the targets.</typeparam>
internal abstract class PipelineTargets<TReference>
    where TReference : ToriiReference
{
    private readonly bool _isComputed;
    private int _records;

    /// <summary>Create it in BeginProcessing: only then the bound parameters are those of the command line.</summary>
    /// <param name="invocation">The invocation of the cmdlet.</param>
    /// <param name="parameter">The name of the parameter that takes the targets.</param>
    protected PipelineTargets(InvocationInfo invocation, string parameter)
    {
        IsExplicit = invocation.BoundParameters.TryGetValue(parameter, out object? bound);
        _isComputed = IsExplicit && bound is not TReference[];
    }

    /// <summary>Whether the targets were named on the command line.</summary>
    public bool IsExplicit { get; }

    /// <summary>The record behind a bound InputObject; null for an id.</summary>
    public static InputRecord? RecordOf(object? inputObject) => SensitiveArgument.Reveal(inputObject) as InputRecord;

    /// <summary>The targets of one record.</summary>
    /// <param name="references">The value of the parameter.</param>
    /// <param name="inputObject">The object from the pipeline.</param>
    public IReadOnlyList<Target<TReference>> Resolve(TReference[] references, object? inputObject)
    {
        _records++;
        object? input = SensitiveArgument.Reveal(inputObject);
        InputRecord? record = input as InputRecord;
        int? row = record is { Live: null } ? _records : null;
        TReference[] resolved = [.. references.Select(reference =>
            !IsExplicit ? record is null ? reference : OfRecord(reference, record)
            : record is not null ? Combine(reference, record, _isComputed)
            : input is not null && !_isComputed ? Combine(reference, InputRecord.ToText(input))
            : reference)];
        // One id that differs from the object makes the whole record ambiguous.
        TReference? wrong = IsExplicit ? resolved.FirstOrDefault(static r => r.Problem is not null) : null;
        return [.. (wrong is null ? resolved : [wrong]).Select(reference => new Target<TReference>(reference, row))];
    }

    /// <summary>The same for a command that acts on several kinds: an object from the pipeline keeps its own kind.</summary>
    /// <param name="references">The value of the parameter.</param>
    /// <param name="inputObject">The object from the pipeline.</param>
    public IEnumerable<Target<ToriiReference>> ResolveAny(TReference[] references, object? inputObject) =>
        Resolve(references, inputObject).Select(target => new Target<ToriiReference>(FindPiped(inputObject) ?? target.Reference, target.Row));

    /// <summary>What the object from the pipeline names, of whatever kind; null for text, and where the parameter was named explicitly.</summary>
    /// <param name="inputObject">The object from the pipeline.</param>
    public ToriiReference? FindPiped(object? inputObject) =>
        IsExplicit || RecordOf(inputObject) is not { } record ? null
        : record.Source is PSObject { BaseObject: ToriiReference reference } ? reference
        : ResourceReferences.FromRecord(record);

    /// <summary>The target that a record from the pipeline is, where none was named.</summary>
    protected virtual TReference OfRecord(TReference reference, InputRecord record) => reference;

    /// <summary>Combines a reference that was named explicitly with a record from the pipeline.</summary>
    protected abstract TReference Combine(TReference reference, InputRecord record, bool isComputed);

    /// <summary>Combines a reference that was named explicitly with a text from the pipeline.</summary>
    protected abstract TReference Combine(TReference reference, string? text);
}

/// <summary>Resolves the users of a record.</summary>
internal sealed class UserTargets(InvocationInfo invocation, string parameter) : PipelineTargets<ToriiUserReference>(invocation, parameter)
{
    private readonly bool _namesSession = invocation.BoundParameters.ContainsKey(nameof(ToriiUserReference.SessionId));

    /// <summary>A script block names the session of each record, so that no record has lost it.</summary>
    private readonly bool _computesSession =
        invocation.BoundParameters.TryGetValue(nameof(ToriiUserReference.SessionId), out object? session) && session is not (null or string);

    /// <summary>
    /// The organization that an object from the pipeline is; null for anything else. A row that merely has its id may be
    /// a user's that lost the UserId, and would stand for every member.
    /// </summary>
    public ToriiOrganizationReference? FindOrganization(object? inputObject) =>
        RecordOf(inputObject)?.Is<ToriiOrganization>() == true ? FindPiped(inputObject) as ToriiOrganizationReference : null;

    protected override ToriiUserReference OfRecord(ToriiUserReference reference, InputRecord record) =>
        _computesSession ? UserReferences.FromRecord(record, namesSession: true) : reference;

    protected override ToriiUserReference Combine(ToriiUserReference reference, InputRecord record, bool isComputed) =>
        UserReferences.Combine(reference, record, isComputed, _namesSession);

    protected override ToriiUserReference Combine(ToriiUserReference reference, string? text) => UserReferences.Combine(reference, text);
}

/// <summary>Resolves the organizations of a record.</summary>
internal sealed class OrganizationTargets(InvocationInfo invocation, string parameter) : PipelineTargets<ToriiOrganizationReference>(invocation, parameter)
{
    protected override ToriiOrganizationReference Combine(ToriiOrganizationReference reference, InputRecord record, bool isComputed) =>
        OrganizationReferences.Combine(reference, record, isComputed);

    protected override ToriiOrganizationReference Combine(ToriiOrganizationReference reference, string? text) =>
        OrganizationReferences.Combine(reference, text);
}

/// <summary>Resolves the invitations of a record.</summary>
internal sealed class InvitationTargets(InvocationInfo invocation, string parameter) : PipelineTargets<ToriiInvitationReference>(invocation, parameter)
{
    protected override ToriiInvitationReference Combine(ToriiInvitationReference reference, InputRecord record, bool isComputed) =>
        InvitationReferences.Combine(reference, record, isComputed);

    protected override ToriiInvitationReference Combine(ToriiInvitationReference reference, string? text) =>
        InvitationReferences.Combine(reference, text);
}
