namespace Torii.Client.Tokens;

/// <summary>The result of validating a token: the claims, or the reason why it is not valid.</summary>
/// <param name="Token">The verified claims; <see langword="null"/> for a token that is not valid.</param>
/// <param name="Error">Why the token is not valid; <see langword="null"/> for a valid token.</param>
/// <param name="Warning">A message for the user that does not change the result.</param>
public readonly record struct TokenValidationResult(ToriiToken? Token, TokenValidationError? Error, string? Warning = null)
{
    /// <summary>Whether the token is valid.</summary>
    public bool IsValid => Token is not null;
}
