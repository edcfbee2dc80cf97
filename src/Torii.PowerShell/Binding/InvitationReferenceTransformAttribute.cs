using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>Makes invitation references of ids, invitations and rows.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InvitationReferenceTransformAttribute : ReferenceTransformAttribute<ToriiInvitationReference>
{
    private protected override ToriiInvitationReference FromText(string text) => new(text);

    private protected override ToriiInvitationReference FromRecord(InputRecord record) => InvitationReferences.FromRecord(record);

    private protected override ToriiInvitationReference FromNothing() =>
        throw Empty("The invitation id is empty. Pass an id, an invitation, or a row with an InvitationId.");
}
