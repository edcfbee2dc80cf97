using System.Text.Json.Nodes;


namespace Torii.Client.Tests.Support;

/// <summary>Bodies of creations and updates, in short.</summary>
internal static class Body
{
    /// <summary>A null clears a field, as in the request.</summary>
    public static ResourceBody Of(params (string Field, object? Value)[] fields)
    {
        ResourceBody body = new();
        foreach ((string field, object? value) in fields)
        {
            if (value is null)
            {
                body.Clear(field);
            }
            else
            {
                body.Set(field, value);
            }
        }

        return body;
    }

    /// <summary>Compares what was sent with what was to be sent, member by member, in whatever order.</summary>
    public static void AssertIs(JsonObject expected, Sent sent, string hint)
    {
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(sent.Body!)), $"{hint}: {sent.Body} was to be {expected.ToJsonString()}");
        Assert.StartsWith("application/json", sent.ContentType);
    }
}
