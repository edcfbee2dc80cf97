using System.Diagnostics;
using System.Net;
using System.Text;
using Torii.Client.Tokens;

namespace Torii.Client.Tests.Tokens;

/// <summary>When an issuer's keys are fetched, and what happens while the issuer does not respond.</summary>
public sealed class SigningKeyCacheTests
{
    private const string Unavailable = ToriiErrorId.KeysUnavailable;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ScriptedIssuer _issuer = new();

    [Fact]
    public async Task Keys_are_fetched_once_without_credentials_and_then_validation_is_offline()
    {
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint()));
        _issuer.Fail();
        for (int i = 0; i < 100; i++)
        {
            ValueTask<TokenValidationResult> check = _issuer.CheckAsync(_issuer.Mint());
            Assert.True(check.IsCompletedSuccessfully);
            Assert.True((await check).IsValid);
        }

        HttpRequestMessage request = Assert.Single(_issuer.Requests);
        Assert.Equal("https://acme.torii.so/_torii/.well-known/jwks.json", request.RequestUri!.AbsoluteUri);
        Assert.Equal(HttpMethod.Get, request.Method);
        Assert.Null(request.Headers.Authorization);
        Assert.Null(request.Content);
        Assert.Equal(["Accept", "User-Agent"], request.Headers.Select(h => h.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Keys_are_refreshed_in_the_background_after_five_minutes()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5) - Second);
        await _issuer.CheckAsync(_issuer.Mint());
        Assert.Equal(1, _issuer.RequestCount);

        _issuer.Clock.Advance(Second);
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint()));
        WaitForRefresh();
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint()));
        Assert.Equal(2, _issuer.RequestCount);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    [InlineData(59)]
    public async Task A_known_key_answers_at_once_while_the_issuer_does_not_respond(int ageMinutes)
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Answer = _ => new TaskCompletionSource<HttpResponseMessage>().Task;
        _issuer.Clock.Advance(TimeSpan.FromMinutes(ageMinutes));
        long started = Stopwatch.GetTimestamp();

        // Without the issuer's response each of these waited for the 10 s of the fetch's timeout.
        ValueTask<TokenValidationResult>[] checks = [.. Enumerable.Range(0, 50).Select(_ => _issuer.CheckAsync(_issuer.Mint()))];

        foreach (ValueTask<TokenValidationResult> check in checks)
        {
            Assert.True(check.IsCompletedSuccessfully);
            Assert.True((await check).IsValid);
        }

        Assert.True(SpinWait.SpinUntil(() => _issuer.RequestCount == 2, Patience));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(8));
        Assert.Equal(2, _issuer.RequestCount);
    }

    [Fact]
    public async Task A_known_key_answers_at_once_while_another_caller_waits_for_an_unknown_key()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        TaskCompletionSource<HttpResponseMessage> response = new();
        _issuer.Answer = _ => response.Task;
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        Task<string?> unknown = _issuer.ReasonAsync(_issuer.Mint("two"));
        Assert.True(SpinWait.SpinUntil(() => _issuer.RequestCount == 2, Patience));

        ValueTask<TokenValidationResult> known = _issuer.CheckAsync(_issuer.Mint());

        Assert.True(known.IsCompletedSuccessfully);
        Assert.True((await known).IsValid);
        Assert.False(unknown.IsCompleted);
        _issuer.AddKey("two");
        response.SetResult(ScriptedIssuer.Json(_issuer.Jwks()));
        Assert.Equal(ToriiErrorId.TokenSignature, await unknown);
        Assert.Equal(2, _issuer.RequestCount);
    }

    [Fact]
    public async Task An_unknown_key_waits_for_the_refresh_that_is_running()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        TaskCompletionSource<HttpResponseMessage> response = new();
        _issuer.Answer = _ => response.Task;
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.AddKey("two");

        Task<string?> unknown = _issuer.ReasonAsync(_issuer.Mint("two"));
        response.SetResult(ScriptedIssuer.Json(_issuer.Jwks()));

        Assert.Null(await unknown);
        Assert.Equal(2, _issuer.RequestCount);
    }

    [Fact]
    public async Task A_new_key_is_found_at_once_and_a_withdrawn_key_is_refused_after_the_refresh()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.AddKey("two");
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint("two")));
        string old = _issuer.Mint();
        _issuer.RemoveKey("one");
        Assert.Null(await _issuer.ReasonAsync(old));

        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        await _issuer.CheckAsync(old);
        WaitForRefresh();
        Assert.Equal(ToriiErrorId.TokenUnknownKey, await _issuer.ReasonAsync(old));
    }

    [Fact]
    public async Task Unknown_keys_cause_at_most_one_request_in_thirty_seconds()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        for (int second = 0; second < 60; second++)
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(ToriiErrorId.TokenUnknownKey, await _issuer.ReasonAsync(_issuer.Mint($"attack {second} {i}")));
            }

            _issuer.Clock.Advance(Second);
        }

        Assert.Equal(3, _issuer.RequestCount);
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint()));
    }

    [Fact]
    public async Task Unknown_keys_before_any_known_key_cause_one_request()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(ToriiErrorId.TokenUnknownKey, await _issuer.ReasonAsync(_issuer.Mint($"attack {i}")));
        }

        Assert.Equal(1, _issuer.RequestCount);
    }

    [Fact]
    public async Task Concurrent_callers_share_one_fetch()
    {
        TaskCompletionSource<HttpResponseMessage> response = new();
        _issuer.Answer = _ => response.Task;
        Task<TokenValidationResult>[] checks = [.. Enumerable.Range(0, 50).Select(i => Task.Run(() => _issuer.CheckAsync(_issuer.Mint()).AsTask()))];
        Assert.True(SpinWait.SpinUntil(() => _issuer.RequestCount > 0, Patience));
        await Task.Delay(100);
        response.SetResult(ScriptedIssuer.Json(_issuer.Jwks()));

        Assert.All(await Task.WhenAll(checks), v => Assert.True(v.IsValid));
        Assert.Equal(1, _issuer.RequestCount);
    }

    [Fact]
    public async Task A_caller_that_cancels_does_not_cancel_the_fetch_of_the_others()
    {
        TaskCompletionSource<HttpResponseMessage> response = new();
        _issuer.Answer = _ => response.Task;
        using CancellationTokenSource impatient = new();
        Task<TokenValidationResult> first = _issuer.CheckAsync(_issuer.Mint(), new RequestContext(impatient.Token)).AsTask();
        Task<TokenValidationResult> second = _issuer.CheckAsync(_issuer.Mint()).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        response.SetResult(ScriptedIssuer.Json(_issuer.Jwks()));

        Assert.True((await second).IsValid);
        Assert.Equal(1, _issuer.RequestCount);
    }

    [Fact]
    public async Task Known_keys_are_used_for_an_hour_with_a_warning_while_the_issuer_fails()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Fail();
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        string warning = await WarningAsync();
        Assert.Contains("5 minutes ago", warning, StringComparison.Ordinal);

        // A forged token is refused all the same, and an unknown key may be a new one.
        Assert.Equal(ToriiErrorId.TokenSignature, await _issuer.ReasonAsync(_issuer.Mint("one", signedBy: "nobody")));
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint("two")));
        _issuer.Clock.Advance(TimeSpan.FromMinutes(55) - Second);
        Assert.True((await _issuer.CheckAsync(_issuer.Mint())).IsValid);
        _issuer.Clock.Advance(Second);
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint()));
        Assert.Empty(_issuer.Cache.Known());
    }

    [Fact]
    public async Task A_failing_issuer_with_known_keys_is_contacted_once_in_thirty_seconds_until_it_recovers()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Fail();
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        await WarningAsync();
        await CheckAfterAsync(29 * Second);
        Assert.Equal(2, _issuer.RequestCount);

        // A failure counts from its end, which only another warning shows.
        _issuer.Answer = _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadGateway));
        _issuer.Clock.Advance(Second);
        await WarningAsync("502");
        await CheckAfterAsync(29 * Second);
        Assert.Equal(3, _issuer.RequestCount);
        _issuer.Answer = _ => Task.FromResult(ScriptedIssuer.Json(_issuer.Jwks()));
        _issuer.Clock.Advance(Second);
        await _issuer.CheckAsync(_issuer.Mint());
        WaitForRefresh();
        Assert.Null((await _issuer.CheckAsync(_issuer.Mint())).Warning);
    }

    [Fact]
    public async Task Without_keys_a_failing_issuer_is_contacted_again_after_five_seconds()
    {
        _issuer.Fail();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint()));
        }

        Assert.Equal(1, _issuer.RequestCount);
        _issuer.Answer = _ => Task.FromResult(ScriptedIssuer.Json(_issuer.Jwks()));
        _issuer.Clock.Advance(5 * Second);
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint()));
    }

    [Fact]
    public async Task An_unknown_key_while_the_issuer_fails_is_not_refused_but_unavailable()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Fail();
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint("two")));
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint("two")));
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint()));
        Assert.Equal(2, _issuer.RequestCount);
    }

    [Fact]
    public async Task Neither_a_clock_that_is_set_back_nor_a_sleeping_machine_extends_the_life_of_keys()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Clock.SetWallClock(_issuer.Clock.GetUtcNow() - TimeSpan.FromDays(1));
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        await _issuer.CheckAsync(_issuer.Mint());
        WaitForRefresh();
        Assert.Equal(2, _issuer.RequestCount);
        _issuer.Clock.SetWallClock(_issuer.Clock.GetUtcNow() + TimeSpan.FromHours(2));
        _issuer.Fail();
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint()));
    }

    [Fact]
    public async Task After_a_set_without_usable_keys_every_token_is_refused()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Answer = _ => Task.FromResult(ScriptedIssuer.Json("{\"keys\":[]}"));
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        await _issuer.CheckAsync(_issuer.Mint());
        Assert.True(SpinWait.SpinUntil(() => _issuer.Cache.Known().Count == 0, Patience));
        Assert.Equal(ToriiErrorId.TokenUnknownKey, await _issuer.ReasonAsync(_issuer.Mint()));
    }

    [Fact]
    public async Task A_key_of_one_issuer_is_not_a_key_of_another()
    {
        const string Other = "https://other.torii.so";
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Answer = _ => Task.FromResult(ScriptedIssuer.Json("{\"keys\":[]}"));
        TokenValidationResult result = await _issuer.CheckAsync(_issuer.Mint(issuer: Other), issuer: Other);
        Assert.Equal(ToriiErrorId.TokenUnknownKey, result.Error!.ErrorId);
        Assert.Equal("https://other.torii.so/_torii/.well-known/jwks.json", _issuer.Requests[^1].RequestUri!.AbsoluteUri);
    }

    [Fact]
    public void A_refresh_keeps_the_imported_keys()
    {
        KeySet first = KeySet.Parse(Encoding.UTF8.GetBytes(_issuer.Jwks()));
        _issuer.AddKey("two");
        KeySet second = KeySet.Parse(Encoding.UTF8.GetBytes(_issuer.Jwks()), SigningAlgorithm.Get("ES256"), first);
        Assert.True(first.TryFind("one", out VerificationKey? before));
        Assert.True(second.TryFind("one", out VerificationKey? after));
        Assert.Same(before, after);
    }

    [Fact]
    public async Task Cached_keys_can_be_listed_and_removed()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        ToriiSigningKey key = Assert.Single(_issuer.Cache.Known());
        Assert.Equal(("one", ScriptedIssuer.Issuer, "ES256"), (key.KeyId, key.Issuer, key.Algorithm));
        Assert.Equal(_issuer.Clock.GetUtcNow() + TimeSpan.FromMinutes(5), key.FreshUntil);
        Assert.True(_issuer.Cache.Forget(ScriptedIssuer.Issuer));
        Assert.Empty(_issuer.Cache.Known());
        Assert.False(_issuer.Cache.Forget(ScriptedIssuer.Issuer));
        await _issuer.CheckAsync(_issuer.Mint());
        Assert.Equal(2, _issuer.RequestCount);
    }

    [Fact]
    public async Task Threads_can_share_one_key()
    {
        string[] tokens = [.. Enumerable.Range(0, 20).Select(_ => _issuer.Mint())];
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), async (i, _) => Assert.True((await _issuer.CheckAsync(tokens[i % tokens.Length])).IsValid));
        Assert.Equal(1, _issuer.RequestCount);
    }

    /// <summary>Waits until the keys are of this moment.</summary>
    private void WaitForRefresh() =>
        Assert.True(SpinWait.SpinUntil(() => _issuer.Cache.Known().All(k => k.FetchedAt == _issuer.Clock.GetUtcNow()), Patience));

    /// <summary>Validates a token several times after an interval, with the known keys.</summary>
    private async Task CheckAfterAsync(TimeSpan interval)
    {
        _issuer.Clock.Advance(interval);
        for (int i = 0; i < 10; i++)
        {
            Assert.NotNull((await _issuer.CheckAsync(_issuer.Mint())).Warning);
        }
    }

    /// <summary>Validates a token until the failure of the background refresh shows as a warning with a text.</summary>
    private async Task<string> WarningAsync(string text = "")
    {
        for (long started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience; await Task.Delay(5))
        {
            TokenValidationResult result = await _issuer.CheckAsync(_issuer.Mint());
            Assert.True(result.IsValid);
            if (result.Warning is { } warning && warning.Contains(text, StringComparison.Ordinal))
            {
                return warning;
            }
        }

        throw new TimeoutException("There is no warning.");
    }
}
