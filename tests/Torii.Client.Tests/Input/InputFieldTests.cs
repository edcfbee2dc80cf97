using System.Net;
using Torii.Client.Input;

namespace Torii.Client.Tests.Input;

/// <summary>Which values a command line and a row set, and which are refused.</summary>
public sealed class InputFieldTests
{
    private static readonly InputField[] Fields =
    [
        new("Email"), new("FirstName"), new("Phone"), new("DateOfBirth", InputFieldKind.Date), new("Password", InputFieldKind.Secret), new("UnsafeMetadata", InputFieldKind.Metadata),
    ];

    public static TheoryData<object> NotScalars => [new[] { "a" }, new[] { "a", "b" }, new Dictionary<string, object?> { ["street"] = "Here 1" }, new object()];

    public static TheoryData<object> NotSecrets => [123456789, 1.5, true, new[] { "a" }, new NetworkCredential("ada", "s3cret"), new Dictionary<string, object?>()];

    public static TheoryData<object?> Empty => [null, "", "  ", DBNull.Value, new NetworkCredential("", "").SecurePassword];

    [Theory]
    [MemberData(nameof(NotScalars))]
    public void A_cell_that_is_not_one_value_is_refused_and_named(object value)
    {
        ToriiException error = Assert.Throws<ToriiException>(() => ReadRow(("Email", value)));

        Assert.Equal(ToriiErrorId.InvalidRequest, error.ErrorId);
        Assert.StartsWith("Email: ", error.Message, StringComparison.Ordinal);
        Assert.Equal("scalar", error.Variant);
    }

    [Theory]
    [MemberData(nameof(NotSecrets))]
    public void A_password_is_a_string_or_a_SecureString_and_the_message_does_not_repeat_it(object value)
    {
        foreach (Action read in (Action[])[() => ReadRow(("Password", value)), () => InputFields.ReadArgument(Fields[4], value, new ResourceBody())])
        {
            ToriiException error = Assert.Throws<ToriiException>(read);

            Assert.Equal(ToriiErrorId.InvalidRequest, error.ErrorId);
            Assert.DoesNotContain("123456789", error.Message);
            Assert.DoesNotContain("s3cret", error.Message);
        }
    }

    [Fact]
    public void A_number_as_a_password_is_told_to_be_quoted() =>
        Assert.Equal("quote", Assert.Throws<ToriiException>(() => ReadRow(("Password", 123456789L))).Variant);

    [Theory]
    [InlineData("14", 14)]
    [InlineData(" 7 ", 7)]
    [InlineData(30, 30)]
    [InlineData(2147483647L, int.MaxValue)]
    [InlineData("0", null)]
    [InlineData(-3, null)]
    [InlineData("+3", null)]
    [InlineData("1e3", null)]
    [InlineData("1,000", null)]
    [InlineData(2.5, null)]
    [InlineData("2147483648", null)]
    [InlineData(true, null)]
    public void A_whole_number_is_at_least_1_and_has_digits_only(object value, int? number)
    {
        InputField field = new("ExpiresInDays", InputFieldKind.WholeNumber);
        ResourceBody body = new();

        Exception? error = Xunit.Record.Exception(() => InputFields.ReadArgument(field, value, body));

        Assert.Equal(number is null ? "number" : null, (error as ToriiException)?.Variant);
        Assert.Equal(number, (int?)body.Values.GetValueOrDefault("expiresInDays"));
    }

    [Fact]
    public void A_SecureString_is_sent_as_its_text() =>
        Assert.Equal("correct horse", ReadRow(("Password", new NetworkCredential("", "correct horse").SecurePassword)).Text("password"));

    [Theory]
    [MemberData(nameof(Empty))]
    public void An_empty_cell_is_absent_and_an_empty_argument_is_an_error(object? value)
    {
        foreach (InputField field in Fields)
        {
            Assert.Empty(ReadRow((field.Name, value)).Members);
            Assert.Equal("empty", Assert.Throws<ToriiException>(() => InputFields.ReadArgument(field, value, new ResourceBody())).Variant);
        }
    }

    [Theory]
    [InlineData("E-mail", "Email")]
    [InlineData("first_name", "FirstName")]
    [InlineData("First Name", "FirstName")]
    [InlineData("Date of birth", "DateOfBirth")]
    [InlineData("Pass word", "Password")]
    [InlineData("Email ", "Email")]
    [InlineData("EmailAddress", "Email")]
    [InlineData("Initial Password", "Password")]
    [InlineData("Phone number", "Phone")]
    public void A_column_that_nearly_has_the_name_of_a_field_is_refused_and_the_field_is_named(string column, string field)
    {
        ToriiException error = Assert.Throws<ToriiException>(() => ReadRow((column, "x")));

        Assert.Equal(ToriiErrorId.InvalidRequest, error.ErrorId);
        Assert.Contains($"looks like {field} ", error.Message);
    }

    [Fact]
    public void A_column_that_resembles_no_field_is_ignored() =>
        Assert.Equal(["email"], ReadRow(("Department", "R&D"), ("email", "ada@example.com"), ("Mail", "x")).Members);

    [Theory]
    [InlineData(5551234, "5551234")]
    [InlineData(1.5, "1.5")]
    [InlineData(true, "true")]
    [InlineData('x', "x")]
    public void A_scalar_is_sent_as_invariant_text(object value, string text) => Assert.Equal(text, ReadRow(("Phone", value)).Text("phone"));

    [Theory]
    [InlineData("1815-12-10", true)]
    [InlineData(" 1815-12-10 ", true)]
    [InlineData("10.12.1815", false)]
    [InlineData("12/10/1815", false)]
    [InlineData("1815-13-10", false)]
    [InlineData(18151210, false)]
    public void A_date_has_one_form(object value, bool isGood)
    {
        if (isGood)
        {
            Assert.Equal("1815-12-10", ReadRow(("DateOfBirth", value)).Text("dateOfBirth"));
        }
        else
        {
            Assert.Equal("date", Assert.Throws<ToriiException>(() => ReadRow(("DateOfBirth", value))).Variant);
        }
    }

    [Theory]
    [InlineData("{\"plan\":\"pro\"}", true)]
    [InlineData("[1]", false)]
    [InlineData("plan=pro", false)]
    public void Metadata_is_a_JSON_object(string value, bool isGood)
    {
        if (isGood)
        {
            Assert.Equal(["unsafeMetadata"], ReadRow(("UnsafeMetadata", value)).Members);
        }
        else
        {
            Assert.Equal("metadata", Assert.Throws<ToriiException>(() => ReadRow(("UnsafeMetadata", value))).Variant);
        }
    }

    [Fact]
    public void A_field_of_the_command_line_counts_before_the_column()
    {
        ResourceBody body = new();
        InputFields.ReadArgument(Fields[0], "given@example.com", body);
        InputFields.ReadRow(Fields, Record(("Email", "row@example.com"), ("Phone", "112")), new HashSet<string> { "Email" }, body);

        Assert.Equal(("given@example.com", "112"), (body.Text("email"), body.Text("phone")));
    }

    private static ResourceBody ReadRow(params (string Name, object? Value)[] cells)
    {
        ResourceBody body = new();
        InputFields.ReadRow(Fields, Record(cells), new HashSet<string>(), body);
        return body;
    }

    private static InputRecord Record(params (string Name, object? Value)[] cells) =>
        new(new object(), null, [], () => cells.Select(static c => KeyValuePair.Create(c.Name, c.Value)));
}
