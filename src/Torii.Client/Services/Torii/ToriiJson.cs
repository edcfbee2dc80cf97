using System.Text.Json.Serialization;
using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>The JSON shapes of torii, source-generated: no reflection at the first request of a new shell.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata, MaxDepth = JsonDepth.Max, Converters = [typeof(UserConverter), typeof(MetadataConverter), typeof(AddedMemberConverter)])]
[JsonSerializable(typeof(ToriiUser))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(List<ToriiSession>))]
[JsonSerializable(typeof(ToriiOrganization))]
[JsonSerializable(typeof(ToriiMembership))]
[JsonSerializable(typeof(ToriiInvitation))]
[JsonSerializable(typeof(ImpersonationResponse))]
[JsonSerializable(typeof(OriginList))]
internal sealed partial class ToriiJson : JsonSerializerContext;
