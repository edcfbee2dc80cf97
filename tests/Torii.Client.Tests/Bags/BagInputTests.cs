using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Numerics;
using Torii.Client.Input;

namespace Torii.Client.Tests.Bags;

/// <summary>What a person can pass as metadata, and what is refused before anything is sent.</summary>
public sealed class BagInputTests
{
    private static readonly InputField Public = new("Public", InputFieldKind.Metadata) { Member = "publicMetadata" };

    public static TheoryData<object, string> Values => new()
    {
        { new DateTime(2026, 5, 16, 9, 30, 0, DateTimeKind.Utc), "\"2026-05-16T09:30:00Z\"" },
        { new DateTime(2026, 5, 16, 9, 30, 0, DateTimeKind.Unspecified), "\"2026-05-16T09:30:00\"" },
        { new DateTimeOffset(2026, 5, 16, 9, 30, 0, TimeSpan.FromHours(2)), "\"2026-05-16T09:30:00+02:00\"" },
        { new DateOnly(2026, 5, 16), "\"2026-05-16\"" },
        { BigInteger.Pow(10, 40), "1" + new string('0', 40) },
        { ulong.MaxValue, "18446744073709551615" },
        { 1.10m, "1.10" },
        { 0.1, "0.1" },
        { 0.1f, "0.1" },
        { 'x', "\"x\"" },
        { DayOfWeek.Friday, "\"Friday\"" },
        { Guid.Empty, "\"00000000-0000-0000-0000-000000000000\"" },
        { new Uri("https://example.com/a b"), "\"https://example.com/a b\"" },
        { new List<int> { 1 }, "[1]" },
        { new OrderedDictionary { ["b"] = 1, ["a"] = 2 }, """{"b":1,"a":2}""" },
        { new Dictionary<int, string> { [7] = "x" }, """{"7":"x"}""" },
        { new ToriiMetadata { ["Plan"] = 1, ["plan"] = 2 }, """{"Plan":1,"plan":2}""" },
    };

    public static TheoryData<object> WithoutJsonForm => [double.NaN, double.PositiveInfinity, float.NaN, new object(), TimeSpan.FromDays(1), new Version(1, 0), "\ud800", DBNull.Value];

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_has_one_JSON_form_in_every_culture(object value, string json)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("da-DK");
            Assert.Equal($$$"""{"publicMetadata":{"v":{{{json}}}}}""", Send(new Hashtable { ["v"] = value }));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [MemberData(nameof(WithoutJsonForm))]
    public void A_value_without_a_JSON_form_is_refused_and_the_parameter_is_named(object value)
    {
        foreach (object bag in (object[])[new Hashtable { ["v"] = value }, new Hashtable { ["v"] = new[] { value } }])
        {
            ToriiException error = Refuse(bag);
            Assert.StartsWith("Public: ", error.Message, StringComparison.Ordinal);
            Assert.Equal("json", error.Variant);
        }
    }

    [Theory]
    [InlineData(""" {"a": 1} """, """{"a":1}""")]
    [InlineData("""{"a":{"Count":[1e400,0.10,"2026-05-16"]}}""", """{"a":{"Count":[1e400,0.10,"2026-05-16"]}}""")]
    [InlineData("""{"a":{"b":1},"A":{"b":1}}""", """{"a":{"b":1},"A":{"b":1}}""")]
    [InlineData("""{"a":null}""", """{"a":null}""")]
    [InlineData("{\"a\":\"\\ud83d\\ude00\"}", """{"a":"\uD83D\uDE00"}""")]
    public void JSON_text_is_sent_as_it_is(string text, string sent) => Assert.Equal($$"""{"publicMetadata":{{sent}}}""", Send(text));

    [Theory]
    [InlineData("""{"a":1,"a":1}""", "twice")]
    [InlineData("""{"x":[{"y":{"a":1,"b":2,"\u0061":3}}]}""", "twice")]
    [InlineData("""{"a":1,}""", "metadata")]
    [InlineData("""{"a":1} // why""", "metadata")]
    [InlineData("""/* why */{"a":1}""", "metadata")]
    [InlineData("""{'a':1}""", "metadata")]
    [InlineData("""{a:1}""", "metadata")]
    [InlineData("""{"a":NaN}""", "metadata")]
    [InlineData("""{"a":01}""", "metadata")]
    [InlineData("""{"a":1}{}""", "metadata")]
    [InlineData("plan=pro", "metadata")]
    [InlineData("[1]", "metadata")]
    [InlineData("null", "metadata")]
    [InlineData("17", "metadata")]
    [InlineData("\"{}\"", "metadata")]
    [InlineData("""{"a":"\ud800"}""", "json")]
    [InlineData("""{"\udc00":1}""", "json")]
    public void Text_that_is_not_one_JSON_object_with_unique_keys_is_refused(string text, string variant) => Assert.Equal(variant, Refuse(text).Variant);

    [Fact]
    public void What_is_not_an_object_is_refused() => Assert.All((object[])[17, true, new[] { "a" }], static value => Assert.Equal("metadata", Refuse(value).Variant));

    [Fact]
    public void An_error_about_text_names_the_place()
    {
        Assert.Contains("(line 2, byte 6)", Refuse("{\n\"a\": }").Message);
        Assert.Equal("json", Refuse("{\"a\":\"\ud800\"}").Variant);
        Assert.Contains("the key 'plan' appears twice", Refuse("""{"plan":1,"plan":2}""").Message);
    }

    [Fact]
    public void Sixty_five_levels_of_text_are_refused_when_they_are_read()
    {
        Send(new string('[', 63).Insert(0, "{\"a\":") + new string(']', 63) + "}");
        Assert.Contains("64 levels", Refuse(new string('[', 64).Insert(0, "{\"a\":") + new string(']', 64) + "}").Message);
        Assert.Contains("64 levels", Refuse(new string('[', 100_000).Insert(0, "{\"a\":") + new string(']', 100_000) + "}").Message);
    }

    private static string Send(object value)
    {
        ResourceBody body = new();
        InputFields.ReadArgument(Public, value, body);
        return System.Text.Encoding.UTF8.GetString(body.ToJson());
    }

    private static ToriiException Refuse(object value)
    {
        ToriiException error = Assert.Throws<ToriiException>(() => InputFields.ReadArgument(Public, value, new ResourceBody()));
        Assert.Equal(ToriiErrorId.InvalidRequest, error.ErrorId);
        return error;
    }
}
