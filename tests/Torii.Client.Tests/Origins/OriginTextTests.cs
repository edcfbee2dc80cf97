namespace Torii.Client.Tests.Origins;

public sealed class OriginTextTests
{
    [Theory]
    [InlineData("https://app.example.com")]
    [InlineData("http://localhost:3000")]
    [InlineData("https://127.0.0.1:8443")]
    [InlineData("https://[::1]:3000")]
    [InlineData("HTTPS://App.Example.com/")]
    [InlineData(" https://app.example.com ")]
    [InlineData("capacitor://localhost")]
    [InlineData("ionic://localhost")]
    [InlineData("app://-")]
    [InlineData("chrome-extension://abcdefghijklmnopabcdefghijklmnop")]
    [InlineData("exp+app.dev://192.168.1.2:19000")]
    public void Scheme_host_and_port_are_an_origin(string text) => Assert.Null(OriginText.FindProblem(text));

    [Theory]
    [InlineData(null, "The origin is empty")]
    [InlineData("", "The origin is empty")]
    [InlineData(" \t", "The origin is empty")]
    [InlineData("app.example.com", "has no scheme")]
    [InlineData("null", "has no scheme")]
    [InlineData("//app.example.com", "has no scheme")]
    [InlineData("https:app.example.com", "has no scheme")]
    [InlineData("mailto:ada@example.com", "has no scheme")]
    [InlineData("1http://host", "has no scheme")]
    [InlineData("https://", "has no host")]
    [InlineData("https:///path", "has a path")]
    [InlineData("file:///", "has no host")]
    [InlineData("https://*.example.com", "has a wildcard")]
    [InlineData("https://app.example.com:*", "has a wildcard")]
    [InlineData("*://app.example.com", "has no scheme")]
    [InlineData("https://app.example.com/callback", "has a path")]
    [InlineData("https://app.example.com//", "has a path")]
    [InlineData("https://app.example.com?a=1", "has a query")]
    [InlineData("https://app.example.com/?a=1", "has a query")]
    [InlineData("https://app.example.com#top", "has a fragment")]
    [InlineData("https://app.example.com/#top", "has a fragment")]
    [InlineData("https://ada@app.example.com", "has a user name or password")]
    [InlineData("https://app.example.com:443@other.example.com", "has a user name or password")]
    [InlineData("https://app.example.com:0", "has a port")]
    [InlineData("https://app.example.com:", "has a port")]
    [InlineData("https://app.example.com:0443", "has a port")]
    [InlineData("https://app.example.com:65536", "has a port")]
    [InlineData("https://app.example.com:٤٤٣", "has a port")]
    [InlineData("https://app example.com", "has a host that is not valid")]
    [InlineData("https://app.example.com\\evil", "has a host that is not valid")]
    [InlineData("https://app.example.com\n", null)]
    [InlineData("https://app\n.example.com", "has a host that is not valid")]
    [InlineData("https://app..example.com", "has a host that is not valid")]
    [InlineData("https://[1.2.3.4]", "has a host that is not valid")]
    [InlineData("https://[fe80::1%251]", "has a host that is not valid")]
    [InlineData("https://[::1", "has a host that is not valid")]
    [InlineData("https://bücher.example", "has a host that is not ASCII (browsers send xn--bcher-kva.example)")]
    public void Anything_else_is_described(string? text, string? problem)
    {
        if (problem is null)
        {
            Assert.Null(OriginText.FindProblem(text));
        }
        else
        {
            Assert.Contains(problem, OriginText.FindProblem(text));
        }
    }

    [Fact]
    public void A_password_in_an_address_is_not_repeated() =>
        Assert.DoesNotContain("hunter2", OriginText.FindProblem("https://ada:hunter2@app.example.com"));

    [Theory]
    [InlineData("https://app.example.com", "HTTPS://APP.example.com", true)]
    [InlineData("https://app.example.com", "https://app.example.com/", true)]
    [InlineData("https://app.example.com", "https://app.example.com:443", true)]
    [InlineData("http://app.example.com:80", "http://app.example.com", true)]
    [InlineData("capacitor://localhost", "Capacitor://LOCALHOST", true)]
    [InlineData("https://app.example.com", "http://app.example.com", false)]
    [InlineData("https://app.example.com", "https://app.example.com:80", false)]
    [InlineData("http://app.example.com", "http://app.example.com:443", false)]
    [InlineData("capacitor://localhost", "capacitor://localhost:443", false)]
    [InlineData("https://app.example.com", "https://app.example.com.", false)]
    [InlineData("https://app.example.com", "https://www.app.example.com", false)]
    [InlineData("https://[::1]", "https://[0:0:0:0:0:0:0:1]", false)]
    [InlineData("https://*.example.com", "https://*.EXAMPLE.com", false)]
    [InlineData("https://a.example.com/x", "https://a.example.com/X", false)]
    public void Two_spellings_are_one_origin_only_where_that_is_certain(string one, string other, bool same)
    {
        Assert.Equal(same, OriginText.IsSame(one, other));
        Assert.Equal(same, OriginText.IsSame(other, one));
    }
}
