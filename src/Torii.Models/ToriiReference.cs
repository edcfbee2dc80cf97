namespace Torii;

/// <summary>
/// Names a resource to act on. A reference keeps what it was made from, so that the label, the connection and the error
/// target always come from the record that carried the id.
/// </summary>
public abstract class ToriiReference
{
    private protected ToriiReference(string id, object input)
    {
        Label = id;
        Input = input;
    }

    private protected ToriiReference(string id, ToriiObject item, string? environmentId)
        : this(id, item)
    {
        Label = item.ToString() ?? id;
        EnvironmentId = environmentId;
        ConnectionName = item.ConnectionName;
        Connection = item.Source;
    }

    /// <summary>What is acted on, for a person: a name or address with the id.</summary>
    internal string Label { get; init; }

    /// <summary>What the reference was made from; the target of errors.</summary>
    internal object Input { get; init; }

    /// <summary>What is acted on, as a key: two operations on one key never run at once.</summary>
    internal abstract string Key { get; }

    /// <summary>The name of the connection that the record was read through.</summary>
    internal string? ConnectionName { get; init; }

    /// <summary>The connection behind <see cref="ConnectionName"/>, for an object that was not serialized.</summary>
    internal ToriiConnection? Connection { get; init; }

    /// <summary>The environment that the record belongs to, where it names one.</summary>
    internal string? EnvironmentId { get; init; }

    /// <summary>Why the record cannot be acted on; <see langword="null"/> for one that can.</summary>
    internal ToriiException? Problem { get; init; }

    /// <summary>What is acted on, for a person.</summary>
    public override string ToString() => Label;
}
