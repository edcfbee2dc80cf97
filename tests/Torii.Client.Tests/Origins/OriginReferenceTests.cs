using Torii.Client.Input;

namespace Torii.Client.Tests.Origins;

public sealed class OriginReferenceTests
{
    private static ToriiAllowedOriginReference FromRow(params (string Name, object? Value)[] cells) => OriginReferences.FromRecord(new InputRecord(
        "row", null, [], () => cells.Select(static c => KeyValuePair.Create(c.Name, c.Value))));

    [Fact]
    public void A_row_names_its_origin_connection_and_environment()
    {
        ToriiAllowedOriginReference origin = FromRow(("Origin", " https://a.example.com "), ("ConnectionName", "staging"), ("EnvironmentId", "env"), ("Note", "x"));

        Assert.Null(origin.Problem);
        Assert.Equal(("https://a.example.com", "staging", "env"), (origin.Origin, origin.ConnectionName, origin.EnvironmentId));
        Assert.Equal("row", origin.Input);
    }

    [Fact]
    public void A_row_that_names_no_origin_is_refused()
    {
        (string, object?)[][] rows =
        [
            [("Colour", "green")],
            [("Origin", "")],
            [("Origin", null)],
            [("Origin", (string[])["https://a.example.com", "https://b.example.com"])],
            [("Origin", "https://a.example.com"), ("ORIGIN", "https://b.example.com")],
            [("O_rigin", "https://a.example.com")],
            [("Origin", "https://a.example.com"), ("Connection_Name", "staging")],
            [("Origin", "https://a.example.com/path")],
        ];

        Assert.All(rows, static row =>
        {
            ToriiException problem = Assert.IsType<ToriiException>(FromRow(row).Problem);
            Assert.Equal((ToriiErrorId.InvalidRequest, "origin"), (problem.ErrorId, problem.Variant));
        });
    }

    [Fact]
    public void An_object_of_a_list_is_used_as_the_list_has_it()
    {
        ToriiAllowedOrigin listed = new() { Origin = "https://*.example.com", ConnectionName = "staging", EnvironmentId = "env" };

        ToriiAllowedOriginReference origin = OriginReferences.FromRecord(new InputRecord(listed, listed, [], static () => []));

        Assert.Null(origin.Problem);
        Assert.Equal(("https://*.example.com", "staging", "env"), (origin.Origin, origin.ConnectionName, origin.EnvironmentId));
    }

    [Fact]
    public void Another_object_is_not_an_origin()
    {
        ToriiUser user = new() { UserId = "id" };

        Assert.Contains("ToriiUser is not an origin", OriginReferences.FromRecord(new InputRecord(user, user, [], static () => [KeyValuePair.Create("Origin", (object?)"https://a.example.com")])).Problem!.Message);
    }
}
