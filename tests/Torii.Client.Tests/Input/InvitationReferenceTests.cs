using Torii.Client.Input;

namespace Torii.Client.Tests.Input;

/// <summary>Which invitation an object stands for, also beside an id that was named explicitly.</summary>
public sealed class InvitationReferenceTests
{
    private const string Ada = "01931a73-8b00-7000-8000-0000000000aa";
    private const string One = "01931a76-3000-7000-8000-000000000001";
    private const string Two = "01931a76-3000-7000-8000-000000000002";

    [Fact]
    public void A_row_of_an_invitation_brings_its_label_connection_and_environment()
    {
        ToriiInvitationReference invitation = InvitationReferences.FromRecord(
            Row(("InvitationId", One), ("Id", One), ("Email", "ada@example.com"), ("ConnectionName", "prod"), ("EnvironmentId", Two)));

        Assert.Null(invitation.Problem);
        Assert.Equal((One, $"ada@example.com ({One})", "prod", Two), (invitation.InvitationId, invitation.Label, invitation.ConnectionName, invitation.EnvironmentId));
    }

    [Theory]
    [InlineData("UserId", Ada, ToriiErrorId.InvalidId)]
    [InlineData("OrganizationId", Ada, ToriiErrorId.InvalidId)]
    [InlineData("Id", One, ToriiErrorId.InvalidId)]
    [InlineData("Email", "ada@example.com", ToriiErrorId.InvalidId)]
    [InlineData("InvitationId", "", ToriiErrorId.AmbiguousInput)]
    [InlineData("invitation-id", One, ToriiErrorId.AmbiguousInput)]
    public void A_row_of_something_else_stands_for_no_invitation(string column, string value, string errorId)
    {
        ToriiInvitationReference invitation = InvitationReferences.FromRecord(Row((column, value)));

        Assert.Equal((errorId, ""), (invitation.Problem?.ErrorId, invitation.InvitationId));
    }

    /// <summary>Where invitations are to an organization, their rows name it; a row of another kind must not be taken for one.</summary>
    [Theory]
    [InlineData("", "2026-01-01", null, null)]
    [InlineData("", null, null, null)]
    [InlineData(Two, "2026-01-01", null, null)]
    [InlineData(Two, null, null, ToriiErrorId.AmbiguousInput)]
    [InlineData("", "2026-01-01", Ada, ToriiErrorId.AmbiguousInput)]
    [InlineData(Two, "2026-01-01", Ada, ToriiErrorId.AmbiguousInput)]
    public void A_row_of_an_invitation_may_name_its_organization_and_no_user(string organizationId, string? expiresAt, string? userId, string? errorId)
    {
        (string, object?)[] cells = [("InvitationId", One), ("OrganizationId", organizationId)];
        ToriiInvitationReference invitation = InvitationReferences.FromRecord(
            Row([.. cells, .. expiresAt is null ? [] : new (string, object?)[] { ("ExpiresAt", expiresAt) }, .. userId is null ? [] : new (string, object?)[] { ("UserId", userId) }]));

        Assert.Equal((errorId, errorId is null ? One : ""), (invitation.Problem?.ErrorId, invitation.InvitationId));
    }

    [Fact]
    public void An_object_beside_an_explicit_id_must_be_that_invitation()
    {
        Assert.Equal("prod", InvitationReferences.Combine(new(One), Row(("InvitationId", One.ToUpperInvariant()), ("ConnectionName", "prod")), isComputed: false).ConnectionName);
        AssertAmbiguous(InvitationReferences.Combine(new(One), Row(("InvitationId", Two)), isComputed: false));
        AssertAmbiguous(InvitationReferences.Combine(new(One), Row(("InvitationId", Two)), isComputed: true));
        AssertAmbiguous(InvitationReferences.Combine(new(One), Row(("Key", One)), isComputed: false));
        AssertAmbiguous(InvitationReferences.Combine(new(One), Two));
        Assert.Null(InvitationReferences.Combine(new(One), One).Problem);
    }

    [Fact]
    public void A_computed_id_takes_the_connection_of_a_row_that_carries_it_only()
    {
        ToriiInvitationReference carried = InvitationReferences.Combine(new(One), Row(("Key", One), ("ConnectionName", "prod")), isComputed: true);
        ToriiInvitationReference foreign = InvitationReferences.Combine(new(One), Row(("Key", Two), ("ConnectionName", "prod")), isComputed: true);

        Assert.Equal((One, "prod", null), (carried.InvitationId, carried.ConnectionName, carried.Problem));
        Assert.Equal((One, null, null), (foreign.InvitationId, foreign.ConnectionName, foreign.Problem));
    }

    private static void AssertAmbiguous(ToriiReference reference) => Assert.Equal(ToriiErrorId.AmbiguousInput, reference.Problem?.ErrorId);

    private static InputRecord Row(params (string Name, object? Value)[] cells) =>
        new(new object(), null, ["System.Management.Automation.PSCustomObject"], () => cells.Select(static c => KeyValuePair.Create(c.Name, c.Value)));
}
