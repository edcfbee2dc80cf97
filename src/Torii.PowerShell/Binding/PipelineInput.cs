using System.Management.Automation;

namespace Torii.PowerShell.Binding;

/// <summary>Reads what comes down the pipeline, be it a live object, a deserialized one, or a row of a CSV file.</summary>
internal static class PipelineInput
{
    /// <summary>The text of a property; null where there is none, or it is blank.</summary>
    public static string? Text(PSObject? row, string property) =>
        Value(row, property)?.ToString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>Whether the object has such a property at all, filled or not.</summary>
    public static bool Has(PSObject? row, string property) => row?.Properties[property] is not null;

    /// <summary>Whether the object is of a type of this module, or was: <c>Deserialized.</c>, <c>Selected.</c>.</summary>
    public static bool Is<T>(PSObject? row) =>
        row is not null && (row.BaseObject is T || row.TypeNames.Any(static n => n.EndsWith(typeof(T).FullName!, StringComparison.Ordinal)));

    /// <summary>
    /// Why it cannot be told whether a row means a session or all sessions of its user; null when it can. A row that
    /// was a session's must never end all the others.
    /// </summary>
    /// <param name="row">The object from the pipeline.</param>
    /// <param name="sessionId">What was bound to <c>-SessionId</c>.</param>
    public static ToriiException? FindAmbiguity(PSObject? row, string? sessionId)
    {
        if (row is null || !string.IsNullOrWhiteSpace(sessionId))
        {
            return null;
        }

        string? problem =
            Has(row, "SessionId") ? "It has a SessionId that is empty."
            : Is<ToriiSession>(row) ? "It was a session, and its SessionId is not there any more."
            : Text(row, "Id") is { } id && Text(row, "UserId") is { } user && !string.Equals(id, user, StringComparison.OrdinalIgnoreCase)
                ? "Its Id and its UserId differ."
            : null;
        return problem is null ? null : new ToriiException(
            "Torii.AmbiguousInput",
            $"It cannot be told whether the object means one session or every session of user {Text(row, "UserId") ?? Text(row, "Id")}: {problem} Nothing was done for it.",
            "Keep SessionId for one session; for all of a user's sessions pipe the user, or an object with UserId alone.");
    }

    /// <summary>The row without one of its columns; as it is where it has no such column.</summary>
    public static PSObject? Without(PSObject? row, string property)
    {
        if (!Has(row, property))
        {
            return row;
        }

        PSObject rest = new();
        foreach (PSPropertyInfo other in row!.Properties.Where(p => !string.Equals(p.Name, property, StringComparison.OrdinalIgnoreCase)))
        {
            rest.Properties.Add(new PSNoteProperty(other.Name, Value(row, other.Name)));
        }

        return rest;
    }

    private static object? Value(PSObject? row, string property)
    {
        try
        {
            return row?.Properties[property]?.Value;
        }
        catch (GetValueException)
        {
            // A property that fails to say its value has none for us.
            return null;
        }
    }
}
