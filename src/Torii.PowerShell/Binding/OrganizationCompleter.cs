using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Torii.Client;
using Torii.Client.Http;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Binding;

/// <summary>
/// Completes the names of the organizations of the connected service, and for <c>-OrganizationId</c> their ids. One
/// page is requested, and a service that does not answer soon completes nothing.
/// </summary>
public sealed class OrganizationCompleter : IArgumentCompleter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        bool isId = parameterName.EndsWith("Id", StringComparison.Ordinal);
        bool isPattern = parameterName == "Name";
        string begin = CompletionText.Unquote(wordToComplete);
        begin = isPattern ? WildcardPattern.Unescape(begin) : begin;
        IOrganizationService? service = ConnectionStore.ServiceFor(fakeBoundParameters)?.Organizations;
        return service is null ? [] : Read(service, isId ? "" : begin)
            .Where(o => o.Name.StartsWith(begin, StringComparison.OrdinalIgnoreCase) || (isId && o.OrganizationId.StartsWith(begin, StringComparison.OrdinalIgnoreCase)))
            // A name that cannot be shown as it is cannot be typed either.
            .Where(static o => Redactor.RedactLine(o.Name) == o.Name)
            .OrderBy(static o => o.Name, StringComparer.OrdinalIgnoreCase)
            .Select(o => new CompletionResult(
                CompletionText.Quote(isId ? o.OrganizationId : isPattern ? WildcardPattern.Escape(o.Name) : o.Name), o.Name, CompletionResultType.ParameterValue, o.ToString()));
    }

    private static IReadOnlyList<ToriiOrganization> Read(IOrganizationService service, string begin)
    {
        using CancellationTokenSource stop = new(Patience);
        Task<IReadOnlyList<ToriiOrganization>> page = Task.Run(async () =>
        {
            OrganizationQuery query = new() { NameContains = string.IsNullOrWhiteSpace(begin) ? null : begin.Trim(), First = 100 };
            await foreach (IReadOnlyList<ToriiOrganization> found in service.SearchAsync(query, new RequestContext(stop.Token) { FailFast = true }).ConfigureAwait(false))
            {
                return found;
            }

            return [];
        });
        try
        {
            return page.GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is ToriiException or OperationCanceledException or ObjectDisposedException)
        {
            // Completion has no place for an error; the command itself will report it.
            return [];
        }
    }
}
