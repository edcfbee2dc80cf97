using Torii.Client.Input;

namespace Torii.Client.Tests.Input;

/// <summary>Which user or session an object stands for, and when that cannot be decided.</summary>
public sealed class UserReferenceTests
{
    private const string Ada = "01931a73-8b00-7000-8000-0000000000aa";
    private const string Grace = "01931a73-8b00-7000-8000-0000000000bb";
    private const string Session = "01931a73-8b00-7000-8000-0000000000cc";

    [Theory]
    [InlineData("UserId")]
    [InlineData("userid")]
    [InlineData("Id")]
    public void A_row_with_a_user_id_stands_for_that_user(string column)
    {
        ToriiUserReference user = UserReferences.FromRecord(Row((column, Ada), ("Department", "R&D")));

        Assert.Null(user.Problem);
        Assert.Equal((Ada, null, false), (user.UserId, user.SessionId, user.IsSession));
    }

    [Theory]
    [InlineData("SessionId")]
    [InlineData("sessionid")]
    public void A_row_with_a_session_id_stands_for_that_session_only(string column)
    {
        ToriiUserReference user = UserReferences.FromRecord(Row(("UserId", Ada), (column, Session)));

        Assert.Null(user.Problem);
        Assert.Equal((Ada, Session, true), (user.UserId, user.SessionId, user.IsSession));
    }

    [Theory]
    [InlineData("Session", Session)]
    [InlineData("SessionId", "")]
    [InlineData("IpAddress", "203.0.113.7")]
    [InlineData("Id", Session)]
    public void A_row_whose_session_is_computed_names_its_user(string column, string value)
    {
        ToriiUserReference user = UserReferences.FromRecord(Row(("UserId", Ada), (column, value)), namesSession: true);

        Assert.Null(user.Problem);
        Assert.Equal(Ada, user.UserId);
    }

    [Theory]
    [InlineData("Session Id", Session)]
    [InlineData("session_id", Session)]
    [InlineData("SessionId ", Session)]
    [InlineData("SESSION-ID", Session)]
    [InlineData("Session Id", "")]
    [InlineData("SessionId", "")]
    [InlineData("SessionId", null)]
    [InlineData("sid", Session)]
    [InlineData("Session", Session)]
    [InlineData("SessionToken", Session)]
    [InlineData("Sess\u0131onId", Session)]
    [InlineData("ImpersonatedBy", "")]
    [InlineData("IpAddress", "203.0.113.7")]
    [InlineData("ip_address", "")]
    [InlineData("UserAgent", "curl")]
    [InlineData("User Agent", "curl")]
    [InlineData("LastUsedAt", "2026-05-16")]
    [InlineData("ExpiresAt", null)]
    public void A_row_that_may_have_been_a_session_and_names_none_is_ambiguous(string column, string? value)
    {
        ToriiUserReference user = UserReferences.FromRecord(Row(("UserId", Ada), (column, value)));

        Assert.Equal(ToriiErrorId.AmbiguousInput, user.Problem?.ErrorId);
        Assert.Equal("", user.UserId);
    }

    [Fact]
    public void A_serialized_session_without_its_session_id_is_ambiguous()
    {
        InputRecord row = new("source", null, ["Selected.Torii.ToriiSession"], static () => [new("UserId", Ada)]);

        Assert.Equal(ToriiErrorId.AmbiguousInput, UserReferences.FromRecord(row).Problem?.ErrorId);
    }

    [Theory]
    [InlineData("user_id")]
    [InlineData("User Id")]
    [InlineData("UserId\uFEFF")]
    public void An_Id_beside_a_column_that_looks_like_UserId_and_differs_is_ambiguous(string column) =>
        Assert.Equal(ToriiErrorId.AmbiguousInput, UserReferences.FromRecord(Row(("Id", Grace), (column, Ada))).Problem?.ErrorId);

    [Fact]
    public void Two_columns_that_differ_in_case_only_are_ambiguous() =>
        Assert.Equal(ToriiErrorId.AmbiguousInput, UserReferences.FromRecord(Row(("UserId", Ada), ("userid", Grace))).Problem?.ErrorId);

    [Theory]
    [InlineData("Connection Name", "live")]
    [InlineData("environment_id", Grace)]
    public void A_connection_or_environment_that_would_be_ignored_is_ambiguous(string column, string value) =>
        Assert.Equal(ToriiErrorId.AmbiguousInput, UserReferences.FromRecord(Row(("UserId", Ada), (column, value))).Problem?.ErrorId);

    [Fact]
    public void A_user_object_with_an_added_SessionId_is_ambiguous()
    {
        ToriiUser user = new() { UserId = Ada };
        InputRecord record = new(user, user, [], static () => [new("UserId", Ada), new("SessionId", Session)]) { IsExtended = true };

        Assert.Equal(ToriiErrorId.AmbiguousInput, UserReferences.FromRecord(record).Problem?.ErrorId);
    }

    [Fact]
    public void A_row_whose_Id_and_UserId_differ_is_ambiguous()
    {
        Assert.Equal(ToriiErrorId.AmbiguousInput, UserReferences.FromRecord(Row(("Id", Grace), ("UserId", Ada))).Problem?.ErrorId);
    }

    [Theory]
    [InlineData("User Id")]
    [InlineData("user_id")]
    public void A_row_whose_user_id_has_nearly_the_right_name_is_ambiguous_and_the_message_names_the_column(string column)
    {
        ToriiException? problem = UserReferences.FromRecord(Row((column, Ada))).Problem;

        Assert.Equal(ToriiErrorId.AmbiguousInput, problem?.ErrorId);
        Assert.Contains($"'{column}'", problem!.Message);
    }

    [Theory]
    [InlineData("OrganizationId")]
    [InlineData("InvitationId")]
    [InlineData("MembershipId")]
    public void The_Id_of_another_resource_is_not_a_user_id(string key)
    {
        Assert.Equal(ToriiErrorId.InvalidId, UserReferences.FromRecord(Row(("Id", Ada), (key, Grace))).Problem?.ErrorId);
    }

    [Fact]
    public void A_label_and_a_connection_come_from_the_record_that_carries_the_id()
    {
        ToriiUserReference user = UserReferences.FromRecord(Row(("UserId", Ada), ("Email", "ada@example.com"), ("ConnectionName", "prod"), ("EnvironmentId", Grace)));

        Assert.Equal(($"ada@example.com ({Ada})", "prod", Grace), (user.Label, user.ConnectionName, user.EnvironmentId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_explicit_id_that_differs_from_the_record_is_ambiguous(bool computed)
    {
        ToriiUserReference user = UserReferences.Combine(new ToriiUserReference(Grace), Row(("UserId", Ada), ("Email", "ada@example.com")), computed);

        Assert.Equal(ToriiErrorId.AmbiguousInput, user.Problem?.ErrorId);
        Assert.Equal("", user.UserId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_explicit_id_that_the_record_carries_too_is_that_record(bool computed)
    {
        ToriiUserReference user = UserReferences.Combine(new ToriiUserReference(Ada.ToUpperInvariant()), Row(("UserId", Ada), ("Email", "ada@example.com")), computed);

        Assert.Null(user.Problem);
        Assert.Equal($"ada@example.com ({Ada})", user.Label);
    }

    [Fact]
    public void A_computed_id_of_a_record_without_a_user_takes_no_label_from_it()
    {
        InputRecord row = Row(("Member", Ada), ("Email", "grace@example.com"), ("ConnectionName", "prod"));

        ToriiUserReference user = UserReferences.Combine(new ToriiUserReference(Ada), row, computed: true);

        Assert.Equal((Ada, Ada, "prod"), (user.UserId, user.Label, user.ConnectionName));
        Assert.Same(row.Source, user.Input);
    }

    [Fact]
    public void A_computed_id_that_the_record_does_not_carry_takes_nothing_from_it()
    {
        ToriiUserReference user = UserReferences.Combine(new ToriiUserReference(Ada), Row(("Department", "R&D"), ("ConnectionName", "prod")), computed: true);

        Assert.Equal((Ada, null), (user.UserId, user.ConnectionName));
        Assert.Equal(Ada, user.Input);
    }

    [Fact]
    public void A_constant_id_with_a_record_that_names_no_user_is_ambiguous()
    {
        Assert.Equal(ToriiErrorId.AmbiguousInput, UserReferences.Combine(new ToriiUserReference(Ada), Row(("Department", "R&D")), computed: false).Problem?.ErrorId);
    }

    [Fact]
    public void A_computed_id_of_a_row_that_lost_its_session_is_ambiguous()
    {
        Assert.Equal(ToriiErrorId.AmbiguousInput, UserReferences.Combine(new ToriiUserReference(Ada), Row(("Member", Ada), ("IpAddress", "::1")), computed: true).Problem?.ErrorId);
    }

    [Fact]
    public void A_live_session_stands_for_itself()
    {
        ToriiSession session = new() { SessionId = Session, UserId = Ada, ConnectionName = "prod" };

        ToriiUserReference user = UserReferences.FromRecord(new InputRecord(session, session, [], static () => []));

        Assert.Equal((Ada, Session, true, "prod"), (user.UserId, user.SessionId, user.IsSession, user.ConnectionName));
    }

    private static InputRecord Row(params (string Name, object? Value)[] cells) =>
        new(new object(), null, ["System.Management.Automation.PSCustomObject"], () => cells.Select(static c => KeyValuePair.Create(c.Name, c.Value)));
}
