using System.Collections;
using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Takes a user for its id. Everything else stays what it is and meets the syntax check: a session is not mapped to
/// its user, because then a session given as an argument would stand for all sessions of that user.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UserIdTransformAttribute : ArgumentTransformationAttribute
{
    /// <summary>By reference: each id that was taken from a user is a string of its own.</summary>
    private static readonly ConditionalWeakTable<string, PSObject> Users = [];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is IList many
            ? many.Cast<object?>().Select(One).ToArray()
            : One(inputData);

    /// <summary>
    /// What an id came with: the user that it was taken from, else the record that brought it, else nothing. A user
    /// given as an argument, or in a list in one piece, remembers its connection as one from the pipeline does.
    /// </summary>
    internal static PSObject? SourceOf(string id, PSObject? record) =>
        Users.TryGetValue(id, out PSObject? user) ? user
        : record?.BaseObject is IList ? null
        : record;

    private static object? One(object? input)
    {
        if (input is null || PSObject.AsPSObject(input) is var row && !PipelineInput.Is<ToriiUser>(row) || PipelineInput.Text(row, nameof(ToriiUser.UserId)) is not { } text)
        {
            return input;
        }

        string id = new(text.AsSpan());
        Users.Add(id, row);
        return id;
    }
}
