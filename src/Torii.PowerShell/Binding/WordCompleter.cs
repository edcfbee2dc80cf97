using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Binding;

/// <summary>Completes one of a few words.</summary>
public abstract class WordCompleter : IArgumentCompleter
{
    /// <summary>The words, given what else stands on the command line.</summary>
    protected abstract IEnumerable<string> Words(IDictionary boundParameters);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Words(fakeBoundParameters)
            .Where(w => w.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(static w => new CompletionResult(w));
}

/// <summary>Completes the languages of the service.</summary>
public sealed class LocaleCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Words(IDictionary boundParameters) => ConnectionStore.InfoFor(boundParameters)?.Locales ?? [];
}

/// <summary>Completes the statuses that a user of the service can have.</summary>
public sealed class UserStatusCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Words(IDictionary boundParameters) => ConnectionStore.InfoFor(boundParameters)?.UserStatuses ?? [];
}

/// <summary>Completes the statuses that an invitation of the service can have.</summary>
public sealed class InvitationStatusCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Words(IDictionary boundParameters) => ConnectionStore.InfoFor(boundParameters)?.InvitationStatuses ?? [];
}

/// <summary>Completes the algorithms with which tokens can be verified.</summary>
public sealed class TokenAlgorithmCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Words(IDictionary boundParameters) => ["ES256", "RS256", "PS256"];
}

/// <summary>Completes the fields that can be cleared.</summary>
public sealed class ClearableFieldCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Words(IDictionary boundParameters) => ["Name", "FirstName", "LastName", "Phone", "Locale", "Address", "DateOfBirth", "UserName"];
}
