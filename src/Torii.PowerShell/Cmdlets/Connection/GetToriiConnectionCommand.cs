using System.Management.Automation;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Commands;

/// <summary>Gets the connections of this runspace: address, account and limits, never the key. Sends no request.</summary>
[Cmdlet(VerbsCommon.Get, "ToriiConnection")]
[OutputType(typeof(ToriiConnection))]
public sealed class GetToriiConnectionCommand : ToriiCommand
{
    /// <summary>The name of a connection, or a wildcard. Default: all.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotBlank]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string Name { get; set; } = "*";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        WildcardPattern pattern = WildcardPattern.Get(Name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        ToriiConnection[] found = [.. ConnectionStore.Current.Values.Where(c => pattern.IsMatch(c.Name)).OrderBy(static c => c.Name, StringComparer.OrdinalIgnoreCase)];
        WriteObject(found, enumerateCollection: true);
        if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(Name))
        {
            try
            {
                _ = ConnectionStore.Find(Name);
            }
            catch (ToriiException e)
            {
                WriteError(e, Name);
            }
        }
    }
}
