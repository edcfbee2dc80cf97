namespace Torii.Compat.Tests;

/// <summary>A test that needs Node.js and the official SDK; skipped, with the reason, where they are not to be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    /// <summary>Asks once whether scenarios can run here.</summary>
    public NodeFactAttribute() => Skip = NodeBundle.Ready.Value.MissingReason;
}
