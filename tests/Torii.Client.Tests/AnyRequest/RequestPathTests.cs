using Torii.Client.Http;

namespace Torii.Client.Tests.AnyRequest;

/// <summary>A request of any kind goes to the address of the connection, because it carries the key.</summary>
public sealed class RequestPathTests
{
    private static readonly Uri Root = new("https://api.example.com");
    private static readonly Uri WithPath = new("https://api.example.com:8443/base/");

    [Theory]
    [InlineData("/api/server/v1/users")]
    [InlineData("/api/server/v1/users?limit=5&cursor=a%2Fb")]
    [InlineData("/")]
    [InlineData("/a//b")]
    [InlineData("/a...b/..c/d..")]
    [InlineData("/a?next=../b//c")]
    [InlineData("/users/ada@example.com;v=1")]
    public void A_path_below_the_base_address_is_used_as_it_is(string path)
    {
        Assert.Equal(path, RequestPath.Check(Root, path));
        Uri sent = new(Root.AbsoluteUri.TrimEnd('/') + path);
        Assert.Equal(Root.Authority, sent.Authority);
    }

    [Theory]
    [InlineData("https://api.example.com:8443/base/users?limit=5", "/users?limit=5")]
    [InlineData("HTTPS://API.example.com:8443/base/users", "/users")]
    public void An_address_below_the_base_address_is_its_path(string address, string path) => Assert.Equal(path, RequestPath.Check(WithPath, address));

    [Theory]
    [InlineData("")]
    [InlineData("users")]
    [InlineData("//evil.example.com/x")]
    [InlineData("/\\evil.example.com/x")]
    [InlineData("\\\\evil.example.com")]
    [InlineData("https://evil.example.com/x")]
    [InlineData("https://api.example.com.evil.example.com/x")]
    [InlineData("https://api.example.com@evil.example.com/x")]
    [InlineData("https://api.example.com:8443@evil.example.com/x")]
    [InlineData("https://api.example.com:8443/base@evil.example.com/x")]
    [InlineData("https://user@api.example.com:8443/base/x")]
    [InlineData("https://api.example.com/base/x")]
    [InlineData("http://api.example.com:8443/base/x")]
    [InlineData("https://api.example.com:8443/other/x")]
    [InlineData("https://api.example.com:8443/BASE/x")]
    [InlineData("https://api.example.com:8443/basement/x")]
    [InlineData("https://api.example.com:8443/base//evil.example.com")]
    [InlineData("https://api.example.com:8443/base/../x")]
    [InlineData("javascript:alert(1)")]
    [InlineData("@evil.example.com/x")]
    [InlineData(".evil.example.com/x")]
    [InlineData(":80/x")]
    [InlineData("/../x")]
    [InlineData("/a/..")]
    [InlineData("/a/./b")]
    [InlineData("/a/%2e%2E/b")]
    [InlineData("/a/.%2e/b")]
    [InlineData("/a/..%2fb")]
    [InlineData("/a%2f..%2fb")]
    [InlineData("/a/..;x=1/b")]
    [InlineData("/a/%5c../b")]
    [InlineData("/a#b")]
    [InlineData("/a b")]
    [InlineData("/a\tb")]
    [InlineData("/a\r\nHost: evil.example.com")]
    [InlineData("/a\n")]
    [InlineData("/caf\u00e9")]
    [InlineData("/a\u2215b")]
    [InlineData("/a%")]
    [InlineData("/a%2")]
    [InlineData("/a%zz")]
    [InlineData("/a|b")]
    [InlineData(" /a")]
    public void Anything_else_is_refused(string path)
    {
        foreach (Uri address in (Uri[])[Root, WithPath])
        {
            if (address == Root && path.StartsWith("https://api.example.com/", StringComparison.Ordinal))
            {
                continue;
            }

            ToriiException error = Assert.Throws<ToriiException>(() => RequestPath.Check(address, path));
            Assert.Equal((ToriiErrorId.InvalidRequest, "path"), (error.ErrorId, error.Variant));
            Assert.EndsWith("No request was sent.", error.Message);
        }
    }

    [Fact]
    public void A_key_in_the_path_is_not_repeated() =>
        Assert.DoesNotContain("4eC39Hq", Assert.Throws<ToriiException>(static () => RequestPath.Check(Root, "users?key=sk_test_4eC39Hq")).Message);
}
