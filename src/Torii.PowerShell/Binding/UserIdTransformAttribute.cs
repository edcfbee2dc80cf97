using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Takes a user for its id. Everything else stays what it is and meets the syntax check: a session is not mapped to
/// its user, because then a session given as an argument would stand for all sessions of that user.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UserIdTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData switch
        {
            object[] many => Array.ConvertAll(many, One),
            PSObject { BaseObject: object[] many } => Array.ConvertAll(many, One),
            _ => One(inputData),
        };

    private static object? One(object? input) =>
        input is null ? null
        : PSObject.AsPSObject(input) is var row && Rows.Is<ToriiUser>(row) ? Rows.Text(row, nameof(ToriiUser.UserId)) ?? input
        : input;
}
