using System.Globalization;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

[Collection(nameof(Alone))]
public sealed class TimeoutTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task An_attempt_without_a_response_times_out_and_is_retried()
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
    public async Task The_timeout_includes_the_body()
    {
        using WireServer server = new(static (_, connection) =>
            connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"id\":"));
        using ToriiService client = server.Connect(static o => o with { MaxRetry = 0, Timeout = TimeSpan.FromMilliseconds(150) }, TimeProvider.System);

        ToriiException error = await Assert.ThrowsAsync<ToriiException>(() => client.GetAsync());

        Assert.Equal("Torii.Timeout", error.ErrorId);
    }

    [Fact]
    public async Task The_error_names_the_timeout_the_request_and_the_attempts()
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
    public async Task Disposing_the_service_ends_its_requests_without_a_timeout_error()
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
