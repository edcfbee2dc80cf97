using System.Globalization;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

[Collection(nameof(Alone))]
public sealed class TimeoutTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task An_attempt_without_an_answer_ends_with_the_time_out_and_is_tried_again()
    {
        ScriptedHandler handler = new(static async (sent, cancellation) =>
        {
            await (sent.Number == 1 ? Task.Delay(Timeout.Infinite, cancellation) : Task.CompletedTask);
            return Answer.Json(People.User());
        });
        using ToriiService client = TestClient.Create(handler, time: _time);
        Task<ToriiUser> user = client.GetAsync();
        await Patience.Until(() => handler.Requests.Count == 1, "it is sent");

        _time.Advance(TestClient.Options.Timeout);
        await Patience.Until(() => _time.Waits.Count == 1, "it waits for the second attempt");
        _time.Advance(TimeSpan.FromSeconds(1));

        await user;
        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task The_time_out_covers_the_body_too()
    {
        using WireServer server = new(static (_, connection) =>
            connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"id\":"));
        using ToriiService client = server.Connect(static o => o with { MaxRetry = 0, Timeout = TimeSpan.FromMilliseconds(150) }, TimeProvider.System);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("Torii.Timeout", error.ErrorId);
    }

    [Fact]
    public async Task The_error_says_how_long_which_request_and_what_to_do()
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("da-DK");
        using WireServer server = new(static (_, _) => Task.CompletedTask);
        using ToriiService client = server.Connect(static o => o with { MaxRetry = 1, Timeout = TimeSpan.FromMilliseconds(50), MaxTotalWait = TimeSpan.FromSeconds(2) }, TimeProvider.System);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("Torii.Timeout", error.ErrorId);
        Assert.Contains(server.Address.Authority, error.Message);
        Assert.Contains($"GET /api/server/v1/users/{TestClient.UserId}", error.Message);
        Assert.Matches(@"0\.05 s\b.*2 attempts", error.Message);
    }

    [Fact]
    public async Task A_client_that_is_disposed_ends_what_is_under_way_and_that_is_no_time_out()
    {
        using WireServer server = new(static (_, _) => Task.CompletedTask);
        ToriiService client = server.Connect();
        Task<ToriiUser> user = client.GetAsync();
        await Patience.Until(() => server.Requests.Count == 1, "the request has arrived");

        Exception? error = null;
        await Patience.AtOnce(async () =>
        {
            client.Dispose();
            error = await Record.ExceptionAsync(() => user);
        });

        Assert.NotNull(error);
        Assert.IsNotType<ToriiException>(error);
        Assert.Single(server.Requests);
    }
}
