using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>The verbose stream has no values; the debug stream has the body.</summary>
public sealed class ObserverTests
{
    private readonly Recorder _recorder = new();

    [Fact]
    public async Task A_request_is_logged_with_its_status()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.User())));

        await client.GetAsync(_recorder);

        string told = Assert.Single(_recorder.VerboseMessages);
        Assert.Matches($@"^GET /api/server/v1/users/{TestClient.UserId}: 200 in \d+ ms$", told);
        Assert.Empty(_recorder.DebugMessages);
    }

    [Fact]
    public async Task Verbose_names_the_fields_of_a_search_and_no_value()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.Page(null))));
        UserQuery filter = new() { NameContains = "Grace Hopper", EmailContains = "grace@navy.example", Statuses = ["banned"], CreatedAfter = DateTimeOffset.UnixEpoch };

        await client.SearchAsync(filter, _recorder).Soon();

        string told = Assert.Single(_recorder.VerboseMessages);
        Assert.All(["name", "email", "statuses", "createdAfter"], field => Assert.Contains(field, told));
        Assert.All(["Grace", "navy", "banned", "1970"], value => Assert.DoesNotContain(value, told));
        string shown = Assert.Single(_recorder.DebugMessages);
        Assert.All(["Grace Hopper", "grace@navy.example", "banned", "1970"], value => Assert.Contains(value, shown));
    }

    [Fact]
    public async Task Each_attempt_is_logged_and_the_body_once()
    {
        using ToriiService client = TestClient.Create(ScriptedHandler.Sequence(
            static () => throw new HttpRequestException("reset"), static () => Answer.Json(People.Page(null))));

        await client.SearchAsync(new UserQuery(), _recorder).Soon();

        Assert.Contains(_recorder.VerboseMessages, static m => m.Contains("no response", StringComparison.Ordinal));
        Assert.Contains(_recorder.VerboseMessages, static m => m.Contains("200", StringComparison.Ordinal));
        Assert.Single(_recorder.DebugMessages);
    }
    [Fact]
    public async Task An_observer_that_does_not_want_them_gets_no_lines_about_requests()
    {
        using ToriiService client = TestClient.Create(new ScriptedHandler(static _ => Answer.Json(People.User())));
        Recorder quiet = new() { WantsVerbose = false };

        await client.GetAsync(quiet);

        Assert.Empty(quiet.VerboseMessages);
    }
}
