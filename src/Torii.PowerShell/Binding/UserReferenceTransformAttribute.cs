using System.Management.Automation;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>Makes user references of ids, users, sessions, tokens and rows.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UserReferenceTransformAttribute : ReferenceTransformAttribute<ToriiUserReference>
{
    private protected override ToriiUserReference FromText(string text) => UserReferences.FromId(text);

    private protected override ToriiUserReference FromRecord(InputRecord record) => UserReferences.FromRecord(record);

    private protected override ToriiUserReference FromNothing() => throw Empty("The user id is empty. Pass an id, a user, or a row with a UserId.");

    /// <summary>An id with a property SessionId (Select-Object -ExpandProperty adds one) may have been a session.</summary>
    private protected override bool IsRecord(object? input) => input is PSObject { Properties: { } added } && added["SessionId"] is not null;
}
