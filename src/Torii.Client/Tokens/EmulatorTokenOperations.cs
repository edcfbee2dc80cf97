using System.Text;
using Torii.Client.Http;
using Torii.Client.Resources;
using Torii.Client.Services;

namespace Torii.Client.Tokens;

/// <summary>A token to be minted by the emulator. What is left out is as a genuine token would have it.</summary>
public sealed record EmulatorTokenRequest
{
    /// <summary>Whose token.</summary>
    public required string UserId { get; init; }

    /// <summary>Claims to set; one that is null is left out of the token. Moments become seconds since 1970, as tokens have them.</summary>
    public IReadOnlyDictionary<string, object?>? Claims { get; init; }

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
        ToriiMetadata body = new()
        {
            ["userId"] = ToriiId.Check(ResourceKind.User, request.UserId),
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
            body["claims"] = claims.ToDictionary(static c => c.Key, static c => InSeconds(c.Value), StringComparer.Ordinal);
        }

        return await SendAsync("/tokens", body, "token", "Torii.UserNotFound", context).ConfigureAwait(false);
    }

    /// <summary>Has the emulator sign with a new key from now on; the earlier ones stay published.</summary>
    /// <returns>The name of the new key.</returns>
    /// <exception cref="ToriiException"><c>Torii.NotAnEmulator</c>, or what every request throws.</exception>
    public Task<string> RotateKeyAsync(RequestContext context) => SendAsync("/keys/rotate", body: null, "kid", "Torii.NotAnEmulator", context);

    private async Task<string> SendAsync(string operation, ToriiMetadata? body, string member, string notFoundErrorId, RequestContext context)
    {
        if (!_address.IsLoopback)
        {
            throw new ToriiException("Torii.NotAnEmulator", $"{_address.GetLeftPart(UriPartial.Authority)} is no emulator.", "Run Start-ToriiEmulator | Connect-Torii, or name an emulator with -Emulator.");
        }

        Dictionary<string, string> answer = await _pipeline.SendAsync(
            new ApiRequest
            {
                Method = HttpMethod.Post,
                Path = Path + operation,
                Body = body is null ? null : Encoding.UTF8.GetBytes(body.ToString()),
                BodyFields = body is null ? [] : body.Keys,
                // A token too many hurts nobody; a second new key would be one nobody asked for.
                Safety = body is null ? RetrySafety.OnlyIfNotExecuted : RetrySafety.Repeatable,
                NotFoundErrorId = notFoundErrorId,
            },
            context,
            ToriiJson.Default.DictionaryStringString).ConfigureAwait(false);
        return ResponseValidator.NotNull(answer.GetValueOrDefault(member), member);
    }

    private static object? InSeconds(object? value) => value switch
    {
        DateTime moment => new DateTimeOffset(moment).ToUnixTimeSeconds(),
        DateTimeOffset moment => moment.ToUnixTimeSeconds(),
        _ => value,
    };
}
