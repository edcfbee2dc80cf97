using System.Text.Json.Serialization;
using Torii.Client.Users;

namespace Torii.Client;

/// <summary>The shapes of the service's answers, compiled: no reflection at the first request of a fresh shell.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata, Converters = [typeof(UserConverter)])]
[JsonSerializable(typeof(ToriiUser))]
[JsonSerializable(typeof(UserPage))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(List<ToriiSession>))]
internal sealed partial class Json : JsonSerializerContext;
