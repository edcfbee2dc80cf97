using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Torii.PowerShell.Binding;

/// <summary>Completes one of a few words.</summary>
public abstract class WordCompleter(params string[] words) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        words.Where(w => w.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase)).Select(static w => new CompletionResult(w));
}

/// <summary>Completes the languages that the service knows.</summary>
public sealed class LocaleCompleter() : WordCompleter("en", "da");

/// <summary>Completes the fields that can be cleared.</summary>
public sealed class ClearableFieldCompleter() : WordCompleter("Name", "FirstName", "LastName", "Phone", "Locale", "Address", "DateOfBirth");
