namespace Torii.Client.Tests.Origins;

public sealed class AllowedOriginChangeTests
{
    private static readonly AllowedOriginList Before = new(["https://APP.example.com", "capacitor://localhost", "https://*.example.org"]);

    [Fact]
    public void Adding_keeps_the_spelling_of_the_list_and_normalizes_what_is_new()
    {
        AllowedOriginChange change = AllowedOriginChange.Add(Before, ["https://app.example.com/", "HTTPS://New.example.com:443/", "https://new.example.com"]);

        Assert.Equal(["https://APP.example.com", "capacitor://localhost", "https://*.example.org", "https://new.example.com"], change.Wanted.Origins);
        Assert.Equal(["+ https://new.example.com"], change.Lines);
        Assert.Equal(1, change.Count);
    }

    [Fact]
    public void Adding_what_is_there_changes_nothing() => Assert.Equal(0, AllowedOriginChange.Add(Before, ["CAPACITOR://localhost"]).Count);

    [Fact]
    public void Removing_removes_every_spelling_and_nothing_else()
    {
        AllowedOriginList before = new(["https://a.example.com", "https://A.example.com", "https://a.example.com:8443"]);

        AllowedOriginChange change = AllowedOriginChange.Remove(before, ["https://a.example.com:443"]);

        Assert.Equal(["https://a.example.com:8443"], change.Wanted.Origins);
        Assert.Equal(["- https://a.example.com", "- https://A.example.com"], change.Lines);
    }

    [Fact]
    public void An_entry_of_another_form_is_removed_by_its_exact_text() =>
        Assert.Equal(["https://*.example.org"], AllowedOriginChange.Remove(Before, ["https://*.example.org"]).Removed);

    [Fact]
    public void Setting_shows_what_is_added_and_what_is_removed()
    {
        AllowedOriginChange change = AllowedOriginChange.Set(Before, ["https://new.example.com", "https://app.example.com", "https://new.example.com"]);

        Assert.Equal(["https://new.example.com", "https://APP.example.com"], change.Wanted.Origins);
        Assert.Equal(["+ https://new.example.com", "- capacitor://localhost", "- https://*.example.org"], change.Lines);
        Assert.Equal(3, change.Count);
    }

    [Fact]
    public void The_order_of_a_list_is_not_a_change() =>
        Assert.Equal(0, AllowedOriginChange.Set(Before, [.. Before.Origins.Reverse()]).Count);

    [Fact]
    public void A_line_has_no_control_characters() =>
        Assert.Equal(["- https://a [2Jb"], AllowedOriginChange.Remove(new(["https://a\u001b[2Jb"]), ["https://a\u001b[2Jb"]).Lines);
}
