using System.Text.Json;

namespace Torii.Emulator.Tests.Running;

/// <summary>An HTTP response with its body.</summary>
public sealed record Answer(int Status, string? ContentType, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string this[string name] => Json.GetProperty(name).GetString()!;

    /// <summary>Asserts success and returns the body.</summary>
    public JsonElement Ok(int status = 200)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
        return status == 204 ? default : Json;
    }

    /// <summary>Asserts a problem response with all its members.</summary>
    public Answer Problem(int status, string code, string? field = null)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(code, this["code"]);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(this["type"]));
        Assert.False(string.IsNullOrEmpty(this["title"]));
        Assert.False(string.IsNullOrEmpty(this["detail"]));
        Assert.StartsWith("/", this["instance"]);
        Assert.StartsWith("sup_", this["supportId"]);
        if (field is not null)
        {
            Assert.Contains(field, this["detail"]);
            Assert.Equal(field, Json.GetProperty("properties").GetProperty("field").GetString());
        }

        return this;
    }
}
