using System.Net;
using Torii.Client;
using Torii.Client.Tokens;
using Xunit;

namespace Torii.Token.Tests;

/// <summary>When an issuer is asked for its keys, and what is done while it does not answer.</summary>
public sealed class KeyRingTests
{
    private const string Unavailable = "Torii.KeysUnavailable";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ScriptedIssuer _issuer = new();

    [Fact]
    public async Task The_keys_are_read_once_without_credentials_and_then_it_is_offline_and_at_once()
    {
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint()));
        _issuer.Fail();
        for (int i = 0; i < 100; i++)
        {
            ValueTask<TokenVerdict> check = _issuer.CheckAsync(_issuer.Mint());
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
    public async Task They_are_read_again_after_five_minutes()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5) - Second);
        await _issuer.CheckAsync(_issuer.Mint());
        Assert.Equal(1, _issuer.RequestCount);
        _issuer.Clock.Advance(Second);
        await _issuer.CheckAsync(_issuer.Mint());
        Assert.Equal(2, _issuer.RequestCount);
    }

    [Fact]
    public async Task A_key_that_is_new_is_found_at_once_and_one_that_is_gone_is_refused()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.AddKey("two");
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint("two")));
        string old = _issuer.Mint();
        _issuer.RemoveKey("one");
        Assert.Null(await _issuer.ReasonAsync(old));
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TokenRefusal.UnknownKey, await _issuer.ReasonAsync(old));
    }

    [Fact]
    public async Task Unknown_keys_make_the_issuer_be_asked_at_most_once_in_thirty_seconds()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        for (int second = 0; second < 60; second++)
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(TokenRefusal.UnknownKey, await _issuer.ReasonAsync(_issuer.Mint($"attack {second} {i}")));
            }

            _issuer.Clock.Advance(Second);
        }

        Assert.Equal(3, _issuer.RequestCount);
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint()));
    }

    [Fact]
    public async Task An_unknown_key_as_the_first_of_all_costs_one_request()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(TokenRefusal.UnknownKey, await _issuer.ReasonAsync(_issuer.Mint($"attack {i}")));
        }

        Assert.Equal(1, _issuer.RequestCount);
    }

    [Fact]
    public async Task However_many_ask_one_fetch_is_under_way()
    {
        TaskCompletionSource<HttpResponseMessage> answer = new();
        _issuer.Answer = _ => answer.Task;
        Task<TokenVerdict>[] checks = Enumerable.Range(0, 50).Select(i => Task.Run(() => _issuer.CheckAsync(_issuer.Mint()).AsTask())).ToArray();
        Assert.True(SpinWait.SpinUntil(() => _issuer.RequestCount > 0, 10_000));
        await Task.Delay(100);
        answer.SetResult(ScriptedIssuer.Json(_issuer.Jwks()));

        Assert.All(await Task.WhenAll(checks), v => Assert.True(v.IsValid));
        Assert.Equal(1, _issuer.RequestCount);
    }

    [Fact]
    public async Task One_who_gives_up_does_not_end_the_fetch_for_the_others()
    {
        TaskCompletionSource<HttpResponseMessage> answer = new();
        _issuer.Answer = _ => answer.Task;
        using CancellationTokenSource impatient = new();
        Task<TokenVerdict> first = _issuer.CheckAsync(_issuer.Mint(), new RequestContext(impatient.Token)).AsTask();
        Task<TokenVerdict> second = _issuer.CheckAsync(_issuer.Mint()).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult(ScriptedIssuer.Json(_issuer.Jwks()));

        Assert.True((await second).IsValid);
        Assert.Equal(1, _issuer.RequestCount);
    }

    [Fact]
    public async Task A_failing_issuer_leaves_its_keys_in_use_for_an_hour_with_a_warning()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Fail();
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        TokenVerdict verdict = await _issuer.CheckAsync(_issuer.Mint());
        Assert.True(verdict.IsValid);
        Assert.Contains("5 minutes ago", verdict.Warning, StringComparison.Ordinal);

        // A bad token is no better for it, and a key that nobody knows may be a new one: that cannot be told.
        Assert.Equal(TokenRefusal.Signature, await _issuer.ReasonAsync(_issuer.Mint("one", signedBy: "nobody")));
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint("two")));
        _issuer.Clock.Advance(TimeSpan.FromMinutes(55) - Second);
        Assert.True((await _issuer.CheckAsync(_issuer.Mint())).IsValid);
        _issuer.Clock.Advance(Second);
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint()));
        Assert.Empty(_issuer.Ring.Known());
    }

    [Fact]
    public async Task A_failing_issuer_with_known_keys_is_asked_at_most_once_in_thirty_seconds_and_a_good_answer_ends_the_warning()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Fail();
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        for (int second = 0; second < 60; second++)
        {
            Assert.NotNull((await _issuer.CheckAsync(_issuer.Mint())).Warning);
            _issuer.Clock.Advance(Second);
        }

        Assert.Equal(3, _issuer.RequestCount);
        _issuer.Answer = _ => Task.FromResult(ScriptedIssuer.Json(_issuer.Jwks()));
        Assert.Null((await _issuer.CheckAsync(_issuer.Mint())).Warning);
    }

    [Fact]
    public async Task Without_any_key_it_cannot_be_told_and_the_issuer_is_asked_again_after_five_seconds()
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
    public async Task A_new_key_while_the_issuer_fails_cannot_be_told()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Fail();
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint("two")));
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint("two")));
        Assert.Null(await _issuer.ReasonAsync(_issuer.Mint()));
        Assert.Equal(2, _issuer.RequestCount);
    }

    [Fact]
    public async Task Neither_a_clock_set_back_nor_a_sleeping_machine_makes_keys_live_longer()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Clock.SetBack(TimeSpan.FromDays(1));
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        await _issuer.CheckAsync(_issuer.Mint());
        Assert.Equal(2, _issuer.RequestCount);
        _issuer.Clock.Sleep(TimeSpan.FromHours(2));
        _issuer.Fail();
        Assert.Equal(Unavailable, await _issuer.ReasonAsync(_issuer.Mint()));
    }

    [Fact]
    public async Task A_set_without_a_usable_key_is_an_answer_and_everything_is_refused()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Answer = _ => Task.FromResult(ScriptedIssuer.Json("{\"keys\":[]}"));
        _issuer.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TokenRefusal.UnknownKey, await _issuer.ReasonAsync(_issuer.Mint()));
    }

    [Fact]
    public async Task A_key_of_one_issuer_is_none_of_another()
    {
        const string Other = "https://other.torii.so";
        await _issuer.CheckAsync(_issuer.Mint());
        _issuer.Answer = _ => Task.FromResult(ScriptedIssuer.Json("{\"keys\":[]}"));
        TokenVerdict verdict = await _issuer.CheckAsync(_issuer.Mint(issuer: Other), issuer: Other);
        Assert.Equal(TokenRefusal.UnknownKey, verdict.Refusal!.ErrorId);
        Assert.Equal("https://other.torii.so/_torii/.well-known/jwks.json", _issuer.Requests[^1].RequestUri!.AbsoluteUri);
    }

    [Fact]
    public async Task Imported_keys_stay_when_the_set_is_read_again()
    {
        KeySet first = KeySet.Parse(System.Text.Encoding.UTF8.GetBytes(_issuer.Jwks()));
        _issuer.AddKey("two");
        KeySet second = KeySet.Parse(System.Text.Encoding.UTF8.GetBytes(_issuer.Jwks()), first);
        Assert.True(first.TryFind("one", out VerificationKey? before));
        Assert.True(second.TryFind("one", out VerificationKey? after));
        Assert.Same(before, after);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task What_is_known_can_be_seen_and_forgotten()
    {
        await _issuer.CheckAsync(_issuer.Mint());
        ToriiSigningKey key = Assert.Single(_issuer.Ring.Known());
        Assert.Equal(("one", ScriptedIssuer.Issuer, "ES256"), (key.KeyId, key.Issuer, key.Algorithm));
        Assert.Equal(_issuer.Clock.GetUtcNow() + TimeSpan.FromMinutes(5), key.FreshUntil);
        Assert.True(_issuer.Ring.Forget(ScriptedIssuer.Issuer));
        Assert.Empty(_issuer.Ring.Known());
        await _issuer.CheckAsync(_issuer.Mint());
        Assert.Equal(2, _issuer.RequestCount);
    }

    [Fact]
    public async Task Many_threads_may_use_one_key()
    {
        string[] tokens = Enumerable.Range(0, 20).Select(_ => _issuer.Mint()).ToArray();
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), async (i, _) => Assert.True((await _issuer.CheckAsync(tokens[i % tokens.Length])).IsValid));
        Assert.Equal(1, _issuer.RequestCount);
    }
}
