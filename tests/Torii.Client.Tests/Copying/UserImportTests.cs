using System.Text;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Copying;

public sealed class UserImportTests
{
    private static readonly ServiceInfo Origin = new() { Kind = "other", Address = new Uri("https://auth.example.com/api/auth"), AccountHint = "admin", Fingerprint = "f" };

    [Fact]
    public async Task A_null_in_metadata_deletes_nothing_of_an_existing_user()
    {
        static ToriiMetadata Bag() => new() { ["gone"] = null, ["kept"] = 1L, ["inner"] = new ToriiMetadata { ["gone"] = null, ["list"] = new object?[] { null } } };
        UserImport import = await MapAsync(new ToriiUser { Email = "ann@example.com", PublicMetadata = Bag(), PrivateMetadata = Bag(), UnsafeMetadata = Bag() });
        foreach (string json in new[] { Json(import.Metadata), Json(import.Update), Json(import.Create) })
        {
            Assert.DoesNotContain("gone", json, StringComparison.Ordinal);
            Assert.Contains("""{"kept":1,"inner":{"list":[null]}""", json, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Madonna", null, null, """{"firstName":"Madonna","lastName":null}""")]
    [InlineData("Ann Maria Berg", null, null, """{"firstName":"Ann Maria","lastName":"Berg"}""")]
    [InlineData("Berg", null, "Berg", """{"lastName":"Berg","firstName":null}""")]
    [InlineData(null, null, null, "{}")]
    [InlineData("  ", null, null, "{}")]
    public async Task A_name_replaces_the_whole_name_of_an_existing_user(string? name, string? first, string? last, string expected)
    {
        UserImport import = await MapAsync(new ToriiUser { Email = "ann@example.com", Name = name, FirstName = first, LastName = last });
        Assert.Equal(expected, Json(import.Update));
    }

    [Fact]
    public async Task Members_without_a_property_are_reported_where_they_have_a_value()
    {
        ToriiUser user = new() { Email = "ann@example.com" };
        user.AdditionalProperties = new Dictionary<string, object?> { ["company"] = "Nordlys", ["twoFactorEnabled"] = false, ["image"] = null, ["tags"] = Array.Empty<object>(), ["age"] = 0L };
        Assert.Equal(["company", "age"], (await MapAsync(user)).Dropped);
    }

    [Theory]
    [InlineData(" Ann", "white space around Name")]
    [InlineData("Ann  Berg")]
    public async Task White_space_that_is_not_stored_is_reported(string name, params string[] dropped) =>
        Assert.Equal(dropped, (await MapAsync(new ToriiUser { Email = "ann@example.com", Name = name })).Dropped);

    private static Task<UserImport> MapAsync(ToriiUser user)
    {
        user.UserId = TestClient.UserId;
        user.CreatedAt = DateTimeOffset.UnixEpoch;
        ToriiService service = TestClient.Create(ScriptedHandler.Sequence(static () => Answer.Json(People.Page(null))));
        return service.UserImport.MapAsync(user, false, Origin, TestClient.Context()).Soon();
    }

    private static string Json(ResourceBody body) => Encoding.UTF8.GetString(body.ToJson());
}
