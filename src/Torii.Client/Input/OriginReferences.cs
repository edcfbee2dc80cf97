using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Input;

/// <summary>
/// Decides which origin a caller's record names. An origin that came from a list is used as the list has it; a text is
/// checked, because an entry that matches no request protects or admits nothing that its writer meant.
/// </summary>
internal static class OriginReferences
{
    private const string Origin = "Origin";

    /// <summary>Resolves a text.</summary>
    /// <param name="text">The origin; null for none.</param>
    /// <param name="record">The record that the text was taken from, whose connection counts; null for none.</param>
    public static ToriiAllowedOriginReference FromText(string? text, InputRecord? record = null)
    {
        string trimmed = text?.Trim() ?? "";
        return new(trimmed, record?.Source ?? trimmed)
        {
            Label = Redactor.RedactLine(trimmed),
            ConnectionName = record?.Text(nameof(ToriiObject.ConnectionName)),
            Connection = (record?.Live as ToriiObject)?.Source,
            EnvironmentId = record?.Text(nameof(ToriiAllowedOrigin.EnvironmentId)),
            Problem = OriginText.FindProblem(trimmed) is { } problem ? new ToriiException(ToriiErrorId.InvalidRequest, $"{problem}.") { Variant = trimmed.Length == 0 ? "emptyOrigin" : "origin" } : null,
        };
    }

    /// <summary>Resolves a record. The reference has a problem where the record cannot be used.</summary>
    public static ToriiAllowedOriginReference FromRecord(InputRecord record)
    {
        if (record is { Live: ToriiAllowedOrigin { Origin.Length: > 0 } origin } && !record.IsExtended)
        {
            return new ToriiAllowedOriginReference(origin) { Input = record.Source };
        }

        string? problem =
            record.Live is not (null or ToriiAllowedOrigin) ? $"An object of type {record.Live.GetType().Name} is not an origin."
            : record.IsContradictory(Origin) ? "It has two columns whose names differ in case only."
            : !record.Has(Origin) && record.FindNearlyNamed(Origin) is { } near ? $"Its column '{near}' looks like Origin and is not used."
            : UserReferences.FindUnusable(record)
            ?? (!record.Has(Origin) ? "The object has no Origin."
            : record.Text(Origin) is null ? "Its Origin is empty or not a single value."
            : null);
        return problem is null ? FromText(record.Text(Origin), record) : new ToriiAllowedOriginReference(null, record.Source)
        {
            Problem = new ToriiException(ToriiErrorId.InvalidRequest, Redactor.RedactLine(problem)) { Variant = "origin" },
        };
    }
}
