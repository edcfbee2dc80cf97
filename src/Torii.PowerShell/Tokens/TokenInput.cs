using System.Collections;
using System.Security;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Tokens;

/// <summary>Reads the one token that an argument or a pipeline object stands for.</summary>
internal static class TokenInput
{
    /// <summary>Also ends an array that contains itself.</summary>
    private const int MaxNesting = 8;

    /// <summary>
    /// Returns the token as text. A collection with one element stands for the element, as everywhere in PowerShell. A
    /// collection with several is an error: a result for each would be an array, and an array of two is true, whatever
    /// its elements.
    /// </summary>
    /// <returns>The token; <see langword="null"/> for null and for an empty collection, which are a missing token.</returns>
    /// <exception cref="ToriiException"><c>Torii.InvalidTokenInput</c>. It does not contain the input.</exception>
    public static string? Read(object? input)
    {
        object? value = SensitiveArgument.Reveal(input);
        for (int level = 0; level <= MaxNesting; level++)
        {
            switch (value)
            {
                case null:
                    return null;
                case string text:
                    return text;
                case SecureString secret:
                    return Secrets.Reveal(secret);
                case IEnumerable items and not IDictionary:
                    object?[] first = [.. items.Cast<object?>().Take(2)];
                    if (first.Length > 1)
                    {
                        throw Invalid("More than one token was given where one is expected.");
                    }

                    value = SensitiveArgument.Reveal(first.FirstOrDefault());
                    break;
                default:
                    throw Invalid($"An object of type {value.GetType().Name} is not a token.");
            }
        }

        throw Invalid($"An array that is nested more than {MaxNesting} levels deep is not a token.");
    }

    private static ToriiException Invalid(string message) => new(ToriiErrorId.InvalidTokenInput, message);
}
