using System.Text.Json.Serialization;

namespace Torii.Client.Services;

/// <summary>The response of searchUsers.</summary>
internal sealed class UserPage
{
    [JsonRequired]
    public List<ToriiUser> Items { get; set; } = [];

    public string? NextCursor { get; set; }

    public bool? HasMore { get; set; }
}
