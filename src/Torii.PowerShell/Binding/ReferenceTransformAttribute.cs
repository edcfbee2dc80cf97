using System.Collections;
using System.Management.Automation;
using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Makes references of texts, objects and rows. A record that does not name a target becomes a reference with a
/// problem, so that it is an error of that record with an id of this module.
/// </summary>
/// <typeparam name="TReference">The reference.</typeparam>
public abstract class ReferenceTransformAttribute<TReference> : ArgumentTransformationAttribute
    where TReference : ToriiReference
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData) => PlainInput.Unwrap(inputData) switch
    {
        TReference[] references when One is null => references,
        // A script block that the engine runs for each record.
        ScriptBlock script => script,
        IList { Count: 0 } => One is null ? Several(new object?[] { null }) : FromNothing(),
        IList { Count: > 1 } and not IDictionary when One is not null => throw new ArgumentTransformationMetadataException($"Pass one {One}. Several can be piped."),
        IList many and not IDictionary => One is null ? Several(many) : Of(many[0]),
        _ => One is null ? Several(new[] { inputData }) : Of(inputData),
    };

    /// <summary>The noun of a parameter that takes one target; null for an array of them.</summary>
    private protected virtual string? One => null;

    /// <summary>The reference for a text that is not blank.</summary>
    private protected abstract TReference FromText(string text);

    /// <summary>The reference for a record.</summary>
    private protected abstract TReference FromRecord(InputRecord record);

    /// <summary>The reference for a null, an empty list or a blank text.</summary>
    private protected abstract TReference FromNothing();

    /// <summary>Whether a single value carries properties that make it a record.</summary>
    private protected virtual bool IsRecord(object? input) => false;

    private protected static ArgumentTransformationMetadataException Empty(string message) => new($"{message} Is a variable not set?");

    private TReference[] Several(IList many) => [.. many.Cast<object?>().Select(Of)];

    private TReference Of(object? input) => PlainInput.Unwrap(input) switch
    {
        null or DBNull or ICollection { Count: 0 } and not IDictionary => FromNothing(),
        TReference reference => reference,
        var value when InputRecords.IsScalar(value) && !IsRecord(input) => InputRecord.ToText(value) is { } text && !string.IsNullOrWhiteSpace(text) ? FromText(text) : FromNothing(),
        _ => FromRecord(InputRecords.Of(input!)),
    };
}
