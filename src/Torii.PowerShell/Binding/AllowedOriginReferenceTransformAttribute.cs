using Torii.Client.Input;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Makes references of origins, objects of a list, and rows. It never fails: what names no origin becomes a reference
/// with a problem, because a command that replaces a list must learn of every record that it could not read.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AllowedOriginReferenceTransformAttribute : ReferenceTransformAttribute<ToriiAllowedOriginReference>
{
    private protected override ToriiAllowedOriginReference FromText(string text) => OriginReferences.FromText(text);

    private protected override ToriiAllowedOriginReference FromRecord(InputRecord record) => OriginReferences.FromRecord(record);

    private protected override ToriiAllowedOriginReference FromNothing() => OriginReferences.FromText(null);
}
