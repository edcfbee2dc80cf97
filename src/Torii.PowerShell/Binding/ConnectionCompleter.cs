using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Binding;

/// <summary>Completes the names of this runspace's connections.</summary>
public sealed class ConnectionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string begin = CompletionText.Unquote(wordToComplete);
        foreach (ToriiConnection connection in ConnectionStore.Current.Values.OrderBy(static c => c.Name, StringComparer.OrdinalIgnoreCase))
        {
            if (connection.Name.StartsWith(begin, StringComparison.OrdinalIgnoreCase))
            {
                yield return new CompletionResult(CompletionText.Quote(connection.Name), connection.Name, CompletionResultType.ParameterValue, connection.ToString());
            }
        }
    }
}
