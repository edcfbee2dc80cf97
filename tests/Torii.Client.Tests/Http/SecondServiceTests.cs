using System.Net;
using System.Text.Json;
using Torii.Client.Http;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Http;

/// <summary>A service that differs from torii in everything that the pipeline lets differ.</summary>
public sealed class SecondServiceTests
{
    private readonly ManualTime _time = new() { SkipsWaits = true };
    private readonly TokenAuthenticator _authenticator = new();

    [Fact]
    public async Task Its_credential_is_sent_and_replaced_once_after_a_401()
    {
        List<string> received = [];
        using ApiPipeline pipeline = Create(request =>
        {
            received.Add(Assert.Single(request.Headers.GetValues("X-Session")));
            return received.Count == 1 ? Answer.Empty(HttpStatusCode.Unauthorized) : Answer.Json("""{"success":true}""");
        });

        await pipeline.SendForNothingAsync(Change(), default).Soon();

        Assert.Equal(["token-number-0", "token-number-1"], received);
    }

    [Fact]
    public async Task A_credential_that_is_refused_again_is_an_error()
    {
        using ApiPipeline pipeline = Create(_ => Answer.Empty(HttpStatusCode.Unauthorized));

        ToriiException error = await Assert.ThrowsAnyAsync<ToriiException>(() => pipeline.SendForNothingAsync(Change(), default).Soon());

        Assert.Equal(ToriiErrorId.Unauthorized, error.ErrorId);
        Assert.Equal("account admin", error.Details["credential"]);
        Assert.Equal(1, _authenticator.Refreshes);
    }

    [Theory]
    [InlineData("""{"success":true}""", 1)]
    [InlineData("""{"success":false}""", 6)]
    [InlineData("", 6)]
    public async Task Its_confirmation_decides_whether_a_change_was_made(string body, int requests)
    {
        int sent = 0;
        using ApiPipeline pipeline = Create(_ =>
        {
            sent++;
            return Answer.Json(body);
        });

        Exception? error = await Record.ExceptionAsync(() => pipeline.SendForNothingAsync(Change(), default).Soon());

        Assert.Equal(requests, sent);
        Assert.Equal(requests == 1, error is null);
        Assert.Contains(error is null ? "" : "not a response of Second Service. The change may have been made.", error?.Message ?? "");
    }

    [Fact]
    public async Task Its_own_header_names_the_time_to_wait()
    {
        int sent = 0;
        using ApiPipeline pipeline = Create(_ => ++sent == 1
            ? Answer.Empty(HttpStatusCode.TooManyRequests).With("X-Retry-After", "7").With("Retry-After", "90")
            : Answer.Json("""{"success":true}"""));

        await pipeline.SendForNothingAsync(Change(), default).Soon();

        Assert.Equal(7, _time.Waits.Sum(static w => w.TotalSeconds));
    }

    [Fact]
    public async Task Its_error_body_is_read_and_its_credential_is_in_no_text()
    {
        Recorder recorder = new();
        using ApiPipeline pipeline = Create(request => Answer.Json(
            $$"""{"message":"{{request.Headers.GetValues("X-Session").Single()}} may not","code":"YOU_MAY_NOT"}""", HttpStatusCode.Forbidden));

        ToriiApiException error = await Assert.ThrowsAsync<ToriiApiException>(() => pipeline.SendForNothingAsync(Change(), new RequestContext(default, recorder)).Soon());

        Assert.Equal("YOU_MAY_NOT", error.Code);
        Assert.Equal("[redacted] may not (status 403, YOU_MAY_NOT). The change was not made.", error.Message);
        Assert.All(recorder.All.Append(error.ResponseBody!), static text => Assert.DoesNotContain("token-number", text));
    }

    private static ApiRequest Change() => new() { Method = HttpMethod.Post, Path = "/admin/revoke", Body = """{"echo":"token-number-0"}"""u8.ToArray() };

    private ApiPipeline Create(Func<HttpRequestMessage, HttpResponseMessage> answer) => new(
        new ServiceDescription
        {
            Name = "Second Service",
            BaseAddress = new Uri("https://auth.example.com/api"),
            Options = new Settings(),
            Authenticator = _authenticator,
            ErrorReader = new MessageReader(),
            IsConfirmation = static response => JsonSerializer.Deserialize<JsonElement>(response.Body.Span is [] ? "{}"u8 : response.Body.Span) is var json
                && json.TryGetProperty("success", out JsonElement success) && success.ValueKind == JsonValueKind.True,
            RetryAfterHeaders = ["X-Retry-After", "Retry-After"],
        },
        new Handler(answer),
        _time);

    private sealed record Settings : ServiceOptions
    {
        public Settings() => Timeout = ManualTime.LongestSkipped + TimeSpan.FromMinutes(1);
    }

    private sealed class TokenAuthenticator : IAuthenticator
    {
        public int Refreshes { get; private set; }

        public string Hint => "account admin";

        public IReadOnlyCollection<string> Secrets => [$"token-number-{Refreshes}", "token-number-0"];

        public ValueTask ApplyAsync(HttpRequestMessage message, CancellationToken cancellation)
        {
            message.Headers.Add("X-Session", $"token-number-{Refreshes}");
            return ValueTask.CompletedTask;
        }

        public ValueTask<bool> RefreshAsync(ApiResponse unauthorized, CancellationToken cancellation)
        {
            Refreshes++;
            return ValueTask.FromResult(true);
        }
    }

    private sealed class MessageReader : IErrorReader
    {
        public ApiError Read(ReadOnlyMemory<byte> body) => body.IsEmpty || JsonSerializer.Deserialize<Dictionary<string, string>>(body.Span) is not { } error
            ? default
            : new ApiError(null, error.GetValueOrDefault("message"), error.GetValueOrDefault("code"), null);
    }

    private sealed class Handler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
