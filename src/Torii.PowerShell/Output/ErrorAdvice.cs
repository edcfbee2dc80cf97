namespace Torii.PowerShell;

/// <summary>
/// The recommended action of each error, by id. docs/errors.md is checked against it. The client throws an id and
/// data; which cmdlet or parameter helps is known here alone.
/// </summary>
internal static class ErrorAdvice
{
    /// <summary>
    /// The advice by error id, or by id and variant (<c>Torii.ConnectionFailed/tls</c>) where one id needs several.
    /// <c>{name}</c> stands for the exception's detail of that name.
    /// </summary>
    internal static readonly IReadOnlyDictionary<string, string> Actions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
    };

    /// <summary>The recommended action for an exception, with its details filled in.</summary>
    public static string For(ToriiException exception)
    {
        if ((exception.Variant is not { } variant || !Actions.TryGetValue($"{exception.ErrorId}/{variant}", out string? action))
            && !Actions.TryGetValue(exception.ErrorId, out action))
        {
            return exception.RecommendedAction;
        }

        foreach ((string name, string value) in exception.Details)
        {
            action = action.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return action;
    }
}
