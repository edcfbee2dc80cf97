using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Users;

/// <summary>
/// Contracts from 0.0.12 document that they take a null address for no restriction: there, who has one is left out
/// here, and that is no error.
/// </summary>
public sealed class WithoutEmailTests
{
    [Fact]
    public async Task Nobody_who_has_an_address_gets_through_whatever_the_server_makes_of_null()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(sent.Number == 1
            ? People.Page(People.Id(2), People.User(0, email: "a@example.com"), People.User(1, email: null), People.User(2, email: ""))
            : People.Page(null, People.User(3, email: "b@example.com"), People.User(4, email: " "), People.User(5, email: null))));
        using ToriiService client = TestClient.Create(handler);

        List<ToriiUser> found = await client.SearchAsync(new UserQuery { WithoutEmail = true });

        Assert.Equal(new[] { 1, 2, 4, 5 }.Select(People.Id), found.Select(static u => u.UserId));
        Assert.All(handler.Requests, static r => Assert.Equal("""{"email":null}""", r.Body));
    }

    [Fact]
    public async Task A_page_on_which_everybody_has_one_does_not_end_the_walk()
    {
        ScriptedHandler handler = new(static sent => Answer.Json(sent.Number == 1
            ? People.Page(People.Id(0), People.User(0))
            : People.Page(null, People.User(1, email: null))));
        using ToriiService client = TestClient.Create(handler);

        Assert.Equal(People.Id(1), Assert.Single(await client.SearchAsync(new UserQuery { WithoutEmail = true })).UserId);
    }

    [Fact]
    public async Task The_other_filters_are_checked_all_the_same()
    {
        ScriptedHandler handler = new(static _ => Answer.Json(People.Page(null, People.User(0, email: null, status: "active"))));
        using ToriiService client = TestClient.Create(handler);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.SearchAsync(new UserQuery { WithoutEmail = true, Statuses = ["banned"] }));

        Assert.Equal("Torii.FilterIgnored", error.ErrorId);
    }
}
