using System.Net;
using System.Text.Json.Nodes;

namespace Torii.Client.Tests.Support;

/// <summary>A service that stores what it is sent, of one user, and answers with all of it.</summary>
internal static class EchoService
{
    /// <summary>Answers each request with the user as it is after the request's body.</summary>
    /// <param name="user">The user before.</param>
    public static ScriptedHandler For(JsonObject? user = null) => new(sent => Answer.Json(
        Stored(user ?? People.User(name: null, email: null), JsonNode.Parse(sent.Body!)!.AsObject()),
        sent.Method == HttpMethod.Post ? HttpStatusCode.Created : HttpStatusCode.OK));

    /// <summary>The user after a change as the contract defines it: null clears, metadata is merged, a password is not returned.</summary>
    public static JsonObject Stored(JsonObject before, JsonObject body)
    {
        JsonObject user = (JsonObject)before.DeepClone();
        foreach ((string field, JsonNode? value) in body)
        {
            if (field.EndsWith("Metadata", StringComparison.Ordinal))
            {
                user[field] ??= new JsonObject();
                Merge(user[field]!.AsObject(), value!.AsObject());
            }
            else if (field != "password")
            {
                user[field] = value?.DeepClone();
            }
        }

        return user;
    }

    private static void Merge(JsonObject into, JsonObject change)
    {
        foreach ((string key, JsonNode? value) in change)
        {
            if (value is null)
            {
                into.Remove(key);
            }
            else if (value is JsonObject inner)
            {
                if (into[key] is not JsonObject)
                {
                    into[key] = new JsonObject();
                }

                Merge(into[key]!.AsObject(), inner);
            }
            else
            {
                into[key] = value.DeepClone();
            }
        }
    }
}
