using System.Text;
using Torii.Client.Http;
using Torii.Client.Resources;
using Torii.Client.Services;

namespace Torii.Client.Emulator;

/// <summary>A token for the emulator to issue. What is not set is as in a genuine token.</summary>
public sealed record EmulatorTokenRequest
{
    /// <summary>The id of the token's user.</summary>
    public required string UserId { get; init; }

    /// <summary>Claims to set; a claim whose value is <see langword="null"/> is removed from the token. Dates become seconds since 1970.</summary>
    public IReadOnlyDictionary<string, object?>? Claims { get; init; }

    /// <summary>The lifetime in seconds; a negative value creates an expired token.</summary>
    public int? ExpiresInSec { get; init; }

    /// <summary>The <c>kid</c> of the header, whichever key signs.</summary>
    public string? KeyId { get; init; }

    /// <summary>Whether to sign with a key that the issuer does not publish.</summary>
    public bool OtherKey { get; init; }
}

/// <summary>
/// Issues tokens of the emulator's users through its control plane. torii itself has no such operation, so a request
/// is sent to loopback addresses only.
/// </summary>
public sealed class EmulatorTokenService
{
    private const string Path = "/_emulator";

    private readonly ApiPipeline _pipeline;

    private EmulatorTokenService(ApiPipeline pipeline) => _pipeline = pipeline;

    /// <summary>Creates the service for a connection's client; sends no request.</summary>
    /// <param name="service">The client of a connection.</param>
    /// <exception cref="ToriiException"><c>Torii.NotAnEmulator</c>: not a client of torii, or not on a loopback address.</exception>
    public static EmulatorTokenService For(object service) => service switch
    {
        ToriiService torii when ServiceAddress.IsLoopback(torii.Options.ApiUrl) => new(torii.Pipeline),
        ToriiService torii => throw new ToriiException(ToriiErrorId.NotAnEmulator, $"{torii.Options.ApiUrl.GetLeftPart(UriPartial.Authority)} is not an emulator: its address is not a loopback address."),
        _ => throw new ToriiException(ToriiErrorId.NotAnEmulator, "The connection is not to torii, and only torii has an emulator."),
    };

    /// <summary>Issues a token.</summary>
    /// <exception cref="ToriiException"><c>Torii.UserNotFound</c>, <c>Torii.NotAnEmulator</c>, or an error that any request can have.</exception>
    public async Task<string> IssueAsync(EmulatorTokenRequest request, RequestContext context)
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

        return await SendAsync("/tokens", body, "token", ToriiErrorId.UserNotFound, context).ConfigureAwait(false);
    }

    /// <summary>Makes the emulator sign with a new key; earlier keys stay published.</summary>
    /// <returns>The <c>kid</c> of the new key.</returns>
    /// <exception cref="ToriiException"><c>Torii.NotAnEmulator</c>, or an error that any request can have.</exception>
    public Task<string> RotateKeyAsync(RequestContext context) => SendAsync("/keys/rotate", body: null, "kid", ToriiErrorId.NotAnEmulator, context);

    private async Task<string> SendAsync(string operation, ToriiMetadata? body, string member, string notFoundErrorId, RequestContext context)
    {
        Dictionary<string, string> response = await _pipeline.SendAsync(
            new ApiRequest
            {
                Method = HttpMethod.Post,
                Path = Path + operation,
                Body = body is null ? null : Encoding.UTF8.GetBytes(body.ToString()),
                BodyFields = body is null ? [] : body.Keys,
                // A second token does no harm; a second new key would be an unexpected one.
                Safety = body is null ? RetrySafety.OnlyIfNotExecuted : RetrySafety.Repeatable,
                NotFoundErrorId = notFoundErrorId,
            },
            context,
            ToriiJson.Default.DictionaryStringString).ConfigureAwait(false);
        return ResponseValidator.NotNull(response.GetValueOrDefault(member), member);
    }

    private static object? InSeconds(object? value) => value switch
    {
        DateTime moment => new DateTimeOffset(moment).ToUnixTimeSeconds(),
        DateTimeOffset moment => moment.ToUnixTimeSeconds(),
        _ => value,
    };
}
