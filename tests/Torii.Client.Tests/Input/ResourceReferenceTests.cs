using Torii.Client.Input;

namespace Torii.Client.Tests.Input;

/// <summary>Which user, organization, membership or invitation an object stands for, and when that cannot be decided.</summary>
public sealed class ResourceReferenceTests
{
    private const string Ada = "01931a73-8b00-7000-8000-0000000000aa";
    private const string Acme = "01931a75-2000-7000-8000-0000000000bb";
    private const string Other = "01931a75-2000-7000-8000-0000000000cc";

    public static TheoryData<ToriiObject, Type> Live => new()
    {
        { new ToriiUser { UserId = Ada }, typeof(ToriiUserReference) },
        { new ToriiSession { UserId = Ada, SessionId = Other }, typeof(ToriiUserReference) },
        { new ToriiOrganization { OrganizationId = Acme, Name = "Acme" }, typeof(ToriiOrganizationReference) },
        { new ToriiMembership { OrganizationId = Acme, UserId = Ada }, typeof(ToriiMembershipReference) },
        { new ToriiInvitation { InvitationId = Other }, typeof(ToriiInvitationReference) },
    };

    [Theory]
    [MemberData(nameof(Live), DisableDiscoveryEnumeration = true)]
    public void An_object_stands_for_itself_and_brings_its_connection(ToriiObject item, Type kind)
    {
        item.ConnectionName = "prod";

        ToriiReference reference = ResourceReferences.FromRecord(new InputRecord(item, item, [], static () => []));

        Assert.Null(reference.Problem);
        Assert.IsType(kind, reference);
        Assert.Equal("prod", reference.ConnectionName);
        Assert.Same(item, reference.Input);
    }

    [Fact]
    public void A_row_stands_for_what_its_ids_name()
    {
        Assert.Equal(Ada, Assert.IsType<ToriiUserReference>(From(("UserId", Ada), ("Name", "Ada"))).UserId);
        Assert.Equal(Acme, Assert.IsType<ToriiOrganizationReference>(From(("organizationid", Acme), ("Id", Acme), ("Name", "Acme"))).OrganizationId);
        Assert.Equal(Other, Assert.IsType<ToriiInvitationReference>(From(("InvitationId", Other), ("Email", "ada@example.com"))).InvitationId);
        ToriiMembershipReference membership = Assert.IsType<ToriiMembershipReference>(From(("OrganizationId", Acme), ("UserId", Ada), ("Role", "org:member")));
        Assert.Equal((Acme, Ada), (membership.OrganizationId, membership.UserId));
    }

    [Fact]
    public void A_label_connection_and_environment_come_from_the_row()
    {
        ToriiReference organization = From(("OrganizationId", Acme), ("Name", "Acme"), ("ConnectionName", "prod"), ("EnvironmentId", Other));

        Assert.Equal(($"Acme ({Acme})", "prod", Other), (organization.Label, organization.ConnectionName, organization.EnvironmentId));
    }

    [Theory]
    [InlineData("OrganizationId", "")]
    [InlineData("UserId", " ")]
    [InlineData("InvitationId", null)]
    [InlineData("organization_id", Other)]
    [InlineData("User Id", Ada)]
    [InlineData("ORGANIZATIONID", Other)]
    [InlineData("InvitationId", Other)]
    [InlineData("JoinedAt", "2026-05-16")]
    [InlineData("RoleName", "")]
    [InlineData("OrganizationName", "Acme")]
    [InlineData("OrganizationSlug", null)]
    [InlineData("Id", Ada)]
    [InlineData("connection-name", "prod")]
    public void An_organization_row_that_may_have_been_something_else_is_ambiguous(string column, string? value) =>
        AssertAmbiguous(From(("OrganizationId", Acme), (column, value)));

    [Theory]
    [InlineData("JoinedAt", "2026-05-16")]
    [InlineData("OrganizationName", "")]
    [InlineData("OrganizationId", "")]
    public void A_membership_row_that_lost_its_organization_does_not_stand_for_its_user(string column, string? value) =>
        AssertAmbiguous(From(("UserId", Ada), (column, value)));

    [Theory]
    [InlineData("UserId", Ada)]
    [InlineData("OrganizationId", Acme)]
    public void A_selected_membership_without_one_of_its_ids_is_ambiguous(string key, string id) =>
        AssertAmbiguous(ResourceReferences.FromRecord(new InputRecord("source", null, ["Selected.Torii.ToriiMembership"], () => [new(key, id)])));

    [Fact]
    public void An_organization_object_with_an_added_id_is_ambiguous()
    {
        ToriiOrganization organization = new() { OrganizationId = Acme, Name = "Acme" };
        foreach (KeyValuePair<string, object?>[] properties in (KeyValuePair<string, object?>[][])[
            [new("OrganizationId", Other)], [new("OrganizationId", Acme), new("UserId", Ada)]])
        {
            AssertAmbiguous(ResourceReferences.FromRecord(new InputRecord(organization, organization, [], () => properties) { IsExtended = true }));
        }
    }

    [Fact]
    public void A_row_that_names_nothing_is_an_error_of_that_row()
    {
        Assert.Equal(ToriiErrorId.InvalidId, From(("Colour", "green")).Problem?.ErrorId);
        Assert.Equal(ToriiErrorId.InvalidId, ResourceReferences.FromRecord(new InputRecord("source", new object(), [], static () => [])).Problem?.ErrorId);
    }

    [Fact]
    public void Where_an_organization_is_read_a_membership_stands_for_it()
    {
        ToriiMembership membership = new() { OrganizationId = Acme, UserId = Ada, ConnectionName = "prod", EnvironmentId = Other };

        ToriiOrganizationReference organization = OrganizationReferences.FromRecord(new InputRecord(membership, membership, [], static () => []));

        Assert.Equal((Acme, "prod", Other, false), (organization.OrganizationId, organization.ConnectionName, organization.EnvironmentId, organization.MayBeName));
        Assert.Same(membership, organization.Input);
    }

    [Fact]
    public void A_user_does_not_name_an_organization()
    {
        Assert.Equal(ToriiErrorId.InvalidId, OrganizationReferences.FromRecord(Row(("UserId", Ada))).Problem?.ErrorId);
        AssertAmbiguous(OrganizationReferences.FromRecord(Row(("OrganizationId", Acme), ("JoinedAt", ""))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_explicit_id_that_the_record_carries_too_is_that_record(bool isComputed)
    {
        foreach (InputRecord record in (InputRecord[])[
            Row(("OrganizationId", Acme), ("ConnectionName", "prod")), Row(("OrganizationId", Acme), ("UserId", Ada), ("ConnectionName", "prod"))])
        {
            ToriiOrganizationReference organization = OrganizationReferences.Combine(OrganizationReferences.FromId(Acme.ToUpperInvariant()), record, isComputed);

            Assert.Null(organization.Problem);
            Assert.Equal("prod", organization.ConnectionName);
            Assert.Same(record.Source, organization.Input);
        }
    }

    [Fact]
    public void An_explicit_id_that_differs_from_the_record_is_ambiguous()
    {
        AssertAmbiguous(OrganizationReferences.Combine(OrganizationReferences.FromId(Other), Row(("OrganizationId", Acme)), isComputed: false));
        AssertAmbiguous(OrganizationReferences.Combine(OrganizationReferences.FromId(Other), Row(("UserId", Ada)), isComputed: false));
        AssertAmbiguous(OrganizationReferences.Combine(OrganizationReferences.FromId(Other), Acme));
        Assert.Null(OrganizationReferences.Combine(OrganizationReferences.FromId(Acme), Acme).Problem);
    }

    [Fact]
    public void A_computed_id_takes_the_connection_of_a_record_that_carries_it()
    {
        ToriiSession session = new() { SessionId = Other, UserId = Ada, ConnectionName = "prod" };
        InputRecord record = new(session, session, [], static () => [new("ActiveOrganizationId", Acme)]);

        ToriiOrganizationReference carried = OrganizationReferences.Combine(OrganizationReferences.FromId(Acme), record, isComputed: true);
        ToriiOrganizationReference row = OrganizationReferences.Combine(OrganizationReferences.FromId(Acme), Row(("Tenant", Acme), ("ConnectionName", "test")), isComputed: true);
        ToriiOrganizationReference foreign = OrganizationReferences.Combine(OrganizationReferences.FromId(Other), Row(("Tenant", Acme), ("ConnectionName", "test")), isComputed: true);

        Assert.Equal((Acme, "prod"), (carried.OrganizationId, carried.ConnectionName));
        Assert.Equal((Acme, "test"), (row.OrganizationId, row.ConnectionName));
        Assert.Equal((Other, null), (foreign.OrganizationId, foreign.ConnectionName));
    }

    [Fact]
    public void A_computed_id_of_a_row_that_lost_an_id_is_ambiguous() =>
        AssertAmbiguous(OrganizationReferences.Combine(OrganizationReferences.FromId(Acme), Row(("Tenant", Acme), ("UserId", "")), isComputed: true));

    private static void AssertAmbiguous(ToriiReference reference) => Assert.Equal(ToriiErrorId.AmbiguousInput, reference.Problem?.ErrorId);

    private static ToriiReference From(params (string Name, object? Value)[] cells) => ResourceReferences.FromRecord(Row(cells));

    private static InputRecord Row(params (string Name, object? Value)[] cells) =>
        new(new object(), null, ["System.Management.Automation.PSCustomObject"], () => cells.Select(static c => KeyValuePair.Create(c.Name, c.Value)));
}
