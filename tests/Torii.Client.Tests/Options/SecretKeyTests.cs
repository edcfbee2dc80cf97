using System.Text.Json;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Options;

public sealed class SecretKeyTests
{
    [Theory]
    [InlineData("sk_test_4eC39HqLyjWDarjtT1zdp7dc", "test", "sk_test_…p7dc")]
    [InlineData("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "live", "sk_live_…p7dc")]
    [InlineData("  sk_test_4eC39HqLyjWDarjtT1zdp7dc\r\n", "test", "sk_test_…p7dc")]
    [InlineData("sk_live_a.b-c_d0123456789", "live", "sk_live_…6789")]
    public void A_key_is_taken_and_shown_by_its_hint(string text, string environment, string hint)
    {
        SecretKey key = SecretKey.Parse(text);

        Assert.Equal(environment, key.Environment);
        Assert.Equal(hint, key.Hint);
        Assert.Equal(hint, key.ToString());
    }

    [Theory]
    [InlineData("sk_test_a")]
    [InlineData("sk_test_abcd")]
    [InlineData("sk_test_abcdefghijk")]
    public void The_hint_of_a_short_key_shows_nothing_of_it(string text)
    {
        Assert.Equal("sk_test_…", SecretKey.Parse(text).Hint);
    }

    [Theory]
    [InlineData("pk_test_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("sk_prod_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("SK_TEST_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("sk_test4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("Bearer sk_test_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("\"sk_test_4eC39HqLyjWDarjtT1zdp7dc\"")]
    [InlineData("sk_test_4eC39HqLyjWDarjtT1zdp7dc sk_test_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("sk_test_4eC39HqLyj\r\nX-Injected: WDarjtT1zdp7dc")]
    [InlineData("sk_test_4eC39HqLyjWDarjtT1zdp7dc\0")]
    [InlineData("sk_test_4eC39HqLyjWDarjtT1zdp7dé")]
    [InlineData("4eC39HqLyjWDarjtT1zdp7dc")]
    public void What_is_no_key_is_refused_in_a_message_that_does_not_repeat_it(string text)
    {
        ToriiException error = Assert.Throws<ToriiException>(() => SecretKey.Parse(text));

        Assert.Equal("Torii.InvalidSecretKey", error.ErrorId);
        Assert.Contains("sk_test_", error.Message);
        Assert.DoesNotContain("4eC39", error.ToString());
        Assert.DoesNotContain("zdp7d", error.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("sk_test_")]
    [InlineData("sk_live_ ")]
    public void A_missing_key_is_refused(string? text)
    {
        Assert.Equal("Torii.InvalidSecretKey", Assert.Throws<ToriiException>(() => SecretKey.Parse(text)).ErrorId);
    }

    [Fact]
    public void No_object_that_holds_the_key_shows_it()
    {
        using ToriiService client = new(TestClient.Options);
        foreach (object holder in (object[])[TestClient.Options.SecretKey, TestClient.Options, client, client.Users, client.Sessions])
        {
            Assert.DoesNotContain(TestClient.Key, $"{holder}");
            Assert.DoesNotContain(TestClient.Key, JsonSerializer.Serialize(holder, holder.GetType()));
            foreach (System.Reflection.PropertyInfo property in holder.GetType().GetProperties())
            {
                Assert.DoesNotContain(TestClient.Key, $"{property.GetValue(holder)}");
            }
        }
    }

    [Fact]
    public void The_fingerprint_is_equal_only_for_the_same_key_and_address()
    {
        SecretKey one = SecretKey.Parse("sk_test_aaaaaaaaaaaaaaaa");
        SecretKey other = SecretKey.Parse("sk_test_aaaaaaaaaaaaaaab");
        Uri here = new("https://api.torii.so");
        Uri there = new("https://api.toriiauth.eu");

        Assert.Equal(one.FingerprintFor(here), SecretKey.Parse(" sk_test_aaaaaaaaaaaaaaaa ").FingerprintFor(new Uri("https://API.torii.so:443/")));
        Assert.NotEqual(one.FingerprintFor(here), other.FingerprintFor(here));
        Assert.NotEqual(one.FingerprintFor(here), one.FingerprintFor(there));
        Assert.DoesNotContain("aaaa", one.FingerprintFor(here), StringComparison.OrdinalIgnoreCase);
    }
}
