using System.Text;
using Torii.Client.Input;

namespace Torii.Client.Tests.Bags;

/// <summary>Which key a path deletes, and of which bag.</summary>
public sealed class MetadataKeyPathTests
{
    private static readonly InputField Public = Bag("Public");
    private static readonly InputField Private = Bag("Private");
    private static readonly InputField Unsafe = Bag("Unsafe");
    private static readonly InputField[] Bags = [Public, Private, Unsafe];

    [Theory]
    [InlineData("plan", """{"plan":null}""")]
    [InlineData("plan.tier", """{"plan":{"tier":null}}""")]
    [InlineData("a.b.c", """{"a":{"b":{"c":null}}}""")]
    [InlineData(@"a\.b", """{"a.b":null}""")]
    [InlineData(@"a\.b.c\\d", """{"a.b":{"c\\d":null}}""")]
    [InlineData(@"urn\:x", """{"urn:x":null}""")]
    [InlineData("a.urn:x", """{"a":{"urn:x":null}}""")]
    [InlineData(@"C:\x", null)]
    [InlineData(@"a\b\", """{"a\\b\\":null}""")]
    [InlineData("a b", """{"a b":null}""")]
    [InlineData("Public:plan", """{"plan":null}""")]
    [InlineData("public:Public:x", """{"Public:x":null}""")]
    [InlineData(@"Public\:plan", """{"Public:plan":null}""")]
    public void A_path_is_keys_between_dots(string path, string? bag)
    {
        ResourceBody body = new();
        if (bag is null)
        {
            Assert.Equal("removeKeyBag", Refuse(path, [Public], body));
            return;
        }

        MetadataKeyPath.Remove(path, Bags, [Public], body);

        Assert.Equal($$"""{"publicMetadata":{{bag}}}""", Encoding.UTF8.GetString(body.ToJson()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData("Public:")]
    public void An_empty_key_is_no_path(string path) => Assert.Equal("removeKey", Refuse(path, [Public], new ResourceBody()));

    [Fact]
    public void A_path_without_a_bag_belongs_to_the_only_one_that_is_named()
    {
        Assert.Equal("removeKeyBag", Refuse("plan", [], new ResourceBody()));
        Assert.Equal("removeKeyBag", Refuse("plan", [Public, Private], new ResourceBody()));

        ResourceBody body = new();
        MetadataKeyPath.Remove("plan", Bags, [Private], body);
        MetadataKeyPath.Remove("UNSAFE:step", Bags, [Private], body);

        Assert.Equal("""{"privateMetadata":{"plan":null},"unsafeMetadata":{"step":null}}""", Encoding.UTF8.GetString(body.ToJson()));
    }

    [Fact]
    public void A_deletion_is_added_to_what_is_set()
    {
        ResourceBody body = Holding("""{"plan":{"seats":5},"other":1}""");

        MetadataKeyPath.Remove("plan.tier", Bags, [Public], body);
        MetadataKeyPath.Remove("gone", Bags, [Public], body);
        MetadataKeyPath.Remove("gone", Bags, [Public], body);

        Assert.Equal("""{"publicMetadata":{"plan":{"seats":5,"tier":null},"other":1,"gone":null}}""", Encoding.UTF8.GetString(body.ToJson()));
    }

    [Theory]
    [InlineData("""{"plan":"pro"}""", "plan")]
    [InlineData("""{"plan":"pro"}""", "plan.tier")]
    [InlineData("""{"plan":{"tier":"pro"}}""", "plan")]
    [InlineData("""{"plan":{"tier":"pro"}}""", "plan.tier")]
    [InlineData("""{"plan":{}}""", "plan")]
    [InlineData("""{"plan":null}""", "plan.tier")]
    [InlineData("""{"plan":[]}""", "plan.0")]
    public void A_key_that_is_set_and_removed_is_a_contradiction(string set, string path) => Assert.Equal("setAndRemoved", Refuse(path, [Public], Holding(set)));

    [Fact]
    public void A_key_that_is_deleted_in_both_ways_is_deleted()
    {
        ResourceBody body = Holding("""{"plan":null}""");

        MetadataKeyPath.Remove("plan", Bags, [Public], body);

        Assert.Equal("""{"publicMetadata":{"plan":null}}""", Encoding.UTF8.GetString(body.ToJson()));
    }

    [Fact]
    public void Keys_that_differ_in_case_are_different_keys()
    {
        ResourceBody body = Holding("""{"plan":"pro"}""");

        MetadataKeyPath.Remove("Plan", Bags, [Public], body);

        Assert.Equal("""{"publicMetadata":{"plan":"pro","Plan":null}}""", Encoding.UTF8.GetString(body.ToJson()));
    }

    private static ResourceBody Holding(string json)
    {
        ResourceBody body = new();
        body.Set("publicMetadata", PlainValues.FromText(json)!);
        return body;
    }

    private static string? Refuse(string path, InputField[] named, ResourceBody body)
    {
        ToriiException error = Assert.Throws<ToriiException>(() => MetadataKeyPath.Remove(path, Bags, named, body));
        Assert.Equal(ToriiErrorId.InvalidRequest, error.ErrorId);
        return error.Variant;
    }

    private static InputField Bag(string name) => new(name, InputFieldKind.Metadata) { Member = $"{name.ToLowerInvariant()}Metadata" };
}
