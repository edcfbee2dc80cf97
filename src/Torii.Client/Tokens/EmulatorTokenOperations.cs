using System.Text.Json;
using System.Text.Json.Nodes;
using Torii.Client.Http;

namespace Torii.Client.Tokens;

/// <summary>A token to be minted by the emulator. What is left out is as a genuine token would have it.</summary>
public sealed record EmulatorTokenRequest
{
    /// <summary>Whose token.</summary>
    public required string UserId { get; init; }

    /// <summary>Claims to set; one that is null is left out of the token.</summary>
    public JsonObject? Claims { get; init; }

    /// <summary>In how many seconds it expires; less than zero is in the past.</summary>
    public int? ExpiresInSec { get; init; }

    /// <summary>The key that the header names, whatever key signs.</summary>
    public string? KeyId { get; init; }

    /// <summary>Signs with a key that the issuer does not have.</summary>
    public bool OtherKey { get; init; }
}

/// <summary>Mints tokens of the emulator's users. Only a loopback address is asked: no server of torii can do this.</summary>
public sealed class EmulatorTokenOperations
{
    private const string Path = "/_emulator";

    private readonly ApiPipeline _pipeline;
    private readonly Uri _address;

    internal EmulatorTokenOperations(ApiPipeline pipeline, Uri address)
    {
        _pipeline = pipeline;
        _address = address;
    }

    /// <summary>Mints a token.</summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, <c>Torii.NotAnEmulator</c>, or what every request throws.</exception>
    public async Task<string> MintAsync(EmulatorTokenRequest request, RequestContext context)
    {
        JsonObject body = new()
        {
            ["userId"] = ResourceId.Check(request.UserId, "user"),
            ["key"] = request.OtherKey ? "other" : "current",
        };
        if (request.ExpiresInSec is { } seconds)
        {
            body["expiresInSeconds"] = seconds;
        }

        if (request.KeyId is { } keyId)
        {
            body["kid"] = keyId;
        }

        if (request.Claims is { } claims)
        {
            body["claims"] = claims.DeepClone();
        }

        return await SendAsync("/tokens", body, "token", "Torii.UserNotFound", context).ConfigureAwait(false);
    }

    /// <summary>Has the emulator sign with a new key from now on; the earlier ones stay published.</summary>
    /// <returns>The name of the new key.</returns>
    /// <exception cref="ToriiException"><c>Torii.NotAnEmulator</c>, or what every request throws.</exception>
    public Task<string> RotateKeyAsync(RequestContext context) => SendAsync("/keys/rotate", body: null, "kid", "Torii.NotAnEmulator", context);

    private async Task<string> SendAsync(string operation, JsonObject? body, string member, string notFoundErrorId, RequestContext context)
    {
        if (!_address.IsLoopback)
        {
            throw new ToriiException("Torii.NotAnEmulator", $"{_address.GetLeftPart(UriPartial.Authority)} is no emulator.", "Run Start-ToriiEmulator | Connect-Torii, or name an emulator with -Emulator.");
        }

        ApiResponse response = await _pipeline.SendAsync(
            new ApiRequest
            {
                Method = HttpMethod.Post,
                Path = Path + operation,
                Body = body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, Json.Default.JsonObject),
                BodyFields = body is null ? [] : body.Select(static m => m.Key).ToArray(),
                // A token too many hurts nobody; a second new key would be one nobody asked for.
                Safety = body is null ? RetrySafety.OnlyIfNotExecuted : RetrySafety.Repeatable,
                NotFoundErrorId = notFoundErrorId,
            },
            context).ConfigureAwait(false);
        JsonNode? answer = JsonNode.Parse(response.Body.Span);
        return Expect.NotNull((string?)answer?[member], member);
    }
}
