using System.Text;
using Torii.Client.Http;

namespace Torii.Client.Tests.Http;

public sealed class RedactorTests
{
    private const string Jwt = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.eyJzdWIiOiIwMTkzMWE3MyJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";

    [Theory]
    [InlineData("sk_test_abcDEF123")]
    [InlineData("sk_live_abc-DEF_1.23")]
    [InlineData("key=sk_test_abcDEF123&x=1")]
    [InlineData("xsk_live_abcDEF123")]
    [InlineData("_sk_live_abcDEF123")]
    [InlineData("\"sk_test_abcDEF123\"")]
    public void A_secret_key_is_removed(string text)
    {
        string redacted = Redactor.Redact(text);

        Assert.DoesNotMatch("(?i)abc.?DEF", redacted);
        Assert.Contains("[redacted]", redacted);
    }

    [Fact]
    public void The_kind_of_key_may_stay()
    {
        Assert.Equal("sk_live_[redacted]", Redactor.Redact("sk_live_abc"));
    }

    [Theory]
    [InlineData("Authorization: Bearer opaque-credential-1")]
    [InlineData("authorization: bearer opaque-credential-1")]
    [InlineData("\"Bearer   opaque-credential-1\"")]
    public void A_bearer_credential_is_removed(string text)
    {
        Assert.DoesNotContain("opaque-credential-1", Redactor.Redact(text));
    }

    [Theory]
    [InlineData(Jwt)]
    [InlineData("token=" + Jwt + "&state=x")]
    [InlineData("token_" + Jwt)]
    [InlineData("https://app.example.com/#" + Jwt)]
    [InlineData("eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVydGV4dA.dGFn")]
    public void A_token_is_removed(string text)
    {
        string redacted = Redactor.Redact(text);

        Assert.DoesNotContain("c2lnbmF0dXJl", redacted);
        Assert.DoesNotContain("Y2lwaGVydGV4dA", redacted);
        Assert.DoesNotContain("eyJhbGci", redacted);
    }

    [Theory]
    [InlineData("""{"password":"hunter2"}""")]
    [InlineData("""{"Password" : "hunter2"}""")]
    [InlineData("""{"newPassword":"hunter2"}""")]
    [InlineData("""{"client_secret":"hunter2"}""")]
    [InlineData("""{"client-secret":"hunter2"}""")]
    [InlineData("""{"clientSecret":"hunter2"}""")]
    [InlineData("""{"secretKey":"hunter2"}""")]
    [InlineData("""{"apiKey":"hunter2"}""")]
    [InlineData("""{"access_token":"hunter2"}""")]
    [InlineData("""{"refreshToken":"hunter2"}""")]
    [InlineData("""{"token":"hunter2"}""")]
    [InlineData("""{"authorization":"hunter2"}""")]
    [InlineData("""{"password":"a\"hunter2"}""")]
    [InlineData("""{"password":"a\\","b":1,"password":"hunter2"}""")]
    [InlineData("{\"password\":\"a\nhunter2\"}")]
    [InlineData("""{"password":"hunter2""")]
    [InlineData("""{"password":"hunter2\""")]
    [InlineData("""{"detail":"cannot read {\"email\":\"a@b.c\",\"password\":\"hunter2\"}"}""")]
    [InlineData("""{"detail":"cannot read {\\\"password\\\":\\\"hunter2\\\"}"}""")]
    public void The_value_of_a_secret_member_is_removed(string json)
    {
        string redacted = Redactor.Redact(json);

        Assert.DoesNotContain("hunter2", redacted);
        Assert.Contains("[redacted]", redacted);
    }

    [Theory]
    [InlineData("GET /x?token=hunter2", "GET /x?token=[redacted]")]
    [InlineData("/x?a=1&client_secret=hunter2&b=2", "/x?a=1&client_secret=[redacted]&b=2")]
    [InlineData("https://h.example.com/?API_KEY=hunter2#top", "https://h.example.com/?API_KEY=[redacted]#top")]
    [InlineData("/x?tokens=1&password=", "/x?tokens=1&password=")]
    public void The_value_of_a_secret_query_parameter_is_removed(string text, string redacted) => Assert.Equal(redacted, Redactor.Redact(text));

    [Fact]
    public void What_follows_a_secret_member_is_kept()
    {
        Assert.Equal(
            """{"email":"a@b.c","password":"[redacted]","name":"Ada"}""",
            Redactor.Redact("""{"email":"a@b.c","password":"hunter\"2","name":"Ada"}"""));
    }

    [Theory]
    [InlineData("""{"code":"invalid_token","detail":"The token has expired","nextCursor":"01931a73-8b00-7000-8000-000000000000"}""")]
    [InlineData("the password is too short")]
    [InlineData("Ada Lovelace <ada@example.com> wrote to bearer@example.com")]
    [InlineData("sk_test_")]
    [InlineData("")]
    public void Other_text_is_kept(string text)
    {
        Assert.Equal(text, Redactor.Redact(text));
    }

    [Fact]
    public void A_body_that_is_sent_is_shown_without_its_password()
    {
        string? shown = Redactor.RedactBody("""{"email":"ada@example.com","password":"correct horse battery staple"}"""u8.ToArray());

        Assert.Equal("""{"email":"ada@example.com","password":"[redacted]"}""", shown);
    }

    [Fact]
    public void An_empty_body_is_null()
    {
        Assert.Null(Redactor.RedactBody(default));
    }

    [Fact]
    public void A_body_of_characters_of_many_bytes_is_cut_by_characters()
    {
        string shown = Redactor.RedactBody(Encoding.UTF8.GetBytes(new string('漢', 10_000)))!;

        Assert.Equal(new string('漢', 4095) + "…", shown);
    }

    [Theory]
    [InlineData("http://user:hunter2@proxy:8080/", "http://[redacted]@proxy:8080/")]
    [InlineData("The proxy tunnel request to proxy 'http://user:hunter2@proxy:8080/' failed", "The proxy tunnel request to proxy 'http://[redacted]@proxy:8080/' failed")]
    [InlineData("socks5://user:hunt@er2@proxy", "socks5://[redacted]@proxy")]
    [InlineData("{\"url\":\"https:\\/\\/user:hunter2@host\"}", "{\"url\":\"https:\\/\\/[redacted]@host\"}")]
    [InlineData("https://hunter2@host", "https://[redacted]@host")]
    [InlineData("https://host/path?mail=ada@example.com", "https://host/path?mail=ada@example.com")]
    [InlineData("https://host/@user", "https://host/@user")]
    public void User_information_is_removed_from_every_address(string text, string expected)
    {
        Assert.Equal(expected, Redactor.RedactLine(text));
    }

    [Theory]
    [InlineData("\u001b[31mred\u001b[0m", " [31mred [0m")]
    [InlineData("\u001b]0;title\u0007name", " ]0;title name")]
    [InlineData("\u009b2Jname", " 2Jname")]
    [InlineData("first\r\nsecond\u2028third\u0085", "first  second third ")]
    [InlineData("\u202egnp.exe\u2066\u200b", " gnp.exe  ")]
    [InlineData("tag\U000e0041", "tag ")]
    [InlineData("Zoë 漢字 👩 naïve", "Zoë 漢字 👩 naïve")]
    public void A_line_contains_no_character_that_controls_a_terminal(string text, string expected)
    {
        Assert.Equal(expected, Redactor.RedactLine(text));
    }

    [Fact]
    public void Text_that_is_not_Unicode_is_replaced()
    {
        Assert.Equal("half \ufffd pair", Redactor.RedactLine("half \ud800 pair"));
    }

    [Fact]
    public void A_control_character_does_not_hide_a_secret()
    {
        Assert.Equal("Bearer [redacted]", Redactor.RedactLine("Bearer\u0000opaque-credential-1"));
    }

    [Fact]
    public void Literal_secrets_are_removed_in_every_form()
    {
        Redactor redactor = new(static () => ["abc.def+/=", "x"]);

        Assert.Equal("[redacted] and [redacted] x", redactor.Line("abc.def+/= and abc.def%2b%2F%3D x"));
        Assert.Equal("{\"a\":\"[redacted]\"}\r\n", redactor.Body("{\"a\":\"abc.def+/=\"}\r\n"u8.ToArray()));
        Assert.Null(redactor.WithoutSecret(new InvalidOperationException("got abc.def+/=")));
    }
}
