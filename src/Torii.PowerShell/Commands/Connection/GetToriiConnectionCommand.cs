using System.Management.Automation;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Commands;

/// <summary>Shows this runspace's connections: where each goes and as whom, never the key. Sends nothing.</summary>
[Cmdlet(VerbsCommon.Get, "ToriiConnection")]
[OutputType(typeof(ToriiConnection))]
public sealed class GetToriiConnectionCommand : ToriiCommand
{
    /// <summary>The name of a connection; wildcards may be used. Default: all.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotBlank]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string Name { get; set; } = "*";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        WildcardPattern pattern = WildcardPattern.Get(Name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        ToriiConnection[] found = ConnectionStore.Current.Values
            .Where(c => pattern.IsMatch(c.Name))
            .OrderBy(static c => c.Name, StringComparer.OrdinalIgnoreCase)
            .ToArray();
        WriteObject(found, enumerateCollection: true);
        if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(Name))
        {
            WriteError(new ToriiException("Torii.NotConnected", $"There is no connection named '{Name}' in this runspace.", $"Run Connect-Torii -Name '{Name}' first."), Name);
        }
    }
}
