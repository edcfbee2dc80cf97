using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.Options;

/// <summary>Which addresses a secret key may be sent to.</summary>
public sealed class ServiceAddressTests
{
    [Theory]
    [InlineData("https://api.torii.so")]
    [InlineData("https://api.torii.so:8443/base/")]
    [InlineData("https://localhost:4010")]
    [InlineData("http://localhost:4010")]
    [InlineData("http://LOCALHOST")]
    [InlineData("http://127.0.0.1:4010")]
    [InlineData("http://127.8.9.10")]
    [InlineData("http://[::1]:4010/")]
    [InlineData("https://bücher.example")]
    public void An_address_over_https_or_on_loopback_is_taken(string address)
    {
        Uri uri = new(address);

        Assert.Same(uri, ServiceAddress.Check(uri, "The API address", "Torii.InvalidApiUrl"));
    }

    [Theory]
    [InlineData("http://api.torii.so", "unencrypted over http")]
    [InlineData("http://192.168.0.1", "unencrypted over http")]
    [InlineData("http://0.0.0.0", "unencrypted over http")]
    [InlineData("http://127.0.0.1.example.com", "unencrypted over http")]
    [InlineData("http://localhost.example.com", "unencrypted over http")]
    [InlineData("http://localhost.", "unencrypted over http")]
    [InlineData("http://[::2]", "unencrypted over http")]
    [InlineData("ftp://api.torii.so", "has the scheme 'ftp'")]
    [InlineData("file:///etc/passwd", "has the scheme 'file'")]
    [InlineData("/etc/passwd", "The API address ")]
    [InlineData("https://user:pass@api.torii.so", "user name or password")]
    [InlineData("https://user@api.torii.so", "user name or password")]
    [InlineData("https://api.torii.so?x=1", "query or a fragment")]
    [InlineData("https://api.torii.so#x", "query or a fragment")]
    public void Any_other_is_refused_with_the_reason(string address, string reason)
    {
        ToriiException error = Refuse(new Uri(address, UriKind.RelativeOrAbsolute));

        Assert.Contains(reason, error.Message);
        Assert.StartsWith("The API address ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass@", error.Message);
    }

    [Theory]
    [InlineData("api.torii.so")]
    [InlineData("localhost")]
    [InlineData("")]
    public void An_address_without_a_scheme_is_refused(string address)
    {
        Assert.Null(Refuse(new Uri(address, UriKind.RelativeOrAbsolute)).Variant);
    }

    [Fact]
    public void A_missing_address_is_refused()
    {
        Assert.Contains("is missing", Refuse(null).Message);
    }

    [Theory]
    [InlineData(TestClient.Key)]
    [InlineData("https://api.torii.so?key=" + TestClient.Key)]
    [InlineData("https://" + TestClient.Key + "@api.torii.so")]
    [InlineData("http://api.torii.so/" + TestClient.Key)]
    public void A_key_that_stands_in_the_address_is_not_repeated(string address)
    {
        Assert.DoesNotContain(TestClient.Key, Refuse(new Uri(address, UriKind.RelativeOrAbsolute)).ToString());
    }

    [Fact]
    public void The_error_has_the_id_and_the_name_that_the_caller_gave()
    {
        ToriiException error = Assert.Throws<ToriiException>(() => ServiceAddress.Check(new Uri("http://acme.torii.so"), "-Issuer", "Torii.InvalidIssuer"));

        Assert.Equal("Torii.InvalidIssuer", error.ErrorId);
        Assert.StartsWith("-Issuer ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://bücher.example/base", "https://xn--bcher-kva.example")]
    [InlineData("http://user:pass@127.0.0.1:4010/x?y#z", "http://127.0.0.1:4010")]
    [InlineData("http://[::1]:4010", "http://[::1]:4010")]
    public void A_message_shows_the_address_in_ASCII_and_without_user_information(string address, string expected)
    {
        string shown = ServiceAddress.Display(new Uri(address));

        Assert.Equal(expected, shown);
    }

    private static ToriiException Refuse(Uri? address)
    {
        ToriiException error = Assert.Throws<ToriiException>(() => ServiceAddress.Check(address, "The API address", "Torii.InvalidApiUrl"));
        Assert.Equal("Torii.InvalidApiUrl", error.ErrorId);
        return error;
    }
}
