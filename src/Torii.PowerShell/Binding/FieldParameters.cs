using System.Collections.ObjectModel;
using System.Management.Automation;
using Torii.Client.Input;
using Torii.Client.Resources;

namespace Torii.PowerShell.Binding;

/// <summary>A parameter that sets a field.</summary>
/// <typeparam name="TCommand">The cmdlet.</typeparam>
/// <param name="Field">The field.</param>
/// <param name="Read">Reads the parameter.</param>
internal sealed record FieldParameter<TCommand>(InputField Field, Func<TCommand, object?> Read);

/// <summary>
/// Reads the fields that one record sets. A field of the command line is sent for every target; of a row, the cells
/// that are not empty are sent; of a live user, nothing: its old values would overwrite the changes of others.
/// </summary>
/// <remarks>
/// The names of the command line are taken once, before the first record: the engine's dictionary of bound parameters
/// keeps the names of earlier rows.
/// </remarks>
/// <typeparam name="TCommand">The cmdlet.</typeparam>
internal sealed class FieldParameters<TCommand>
    where TCommand : PSCmdlet
{
    private readonly TCommand _command;
    private readonly IReadOnlyList<FieldParameter<TCommand>> _parameters;
    private readonly HashSet<string> _commandLine;

    /// <summary>Create it in BeginProcessing.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>: a value of the command line is empty or not what its field takes.</exception>
    public FieldParameters(TCommand command, IReadOnlyList<FieldParameter<TCommand>> parameters)
    {
        _command = command;
        _parameters = parameters;
        _commandLine = new(command.MyInvocation.BoundParameters.Keys, StringComparer.OrdinalIgnoreCase);
        ResourceBody probe = new();
        foreach (FieldParameter<TCommand> parameter in OnCommandLine)
        {
            object? bound = SensitiveArgument.Reveal(command.MyInvocation.BoundParameters[parameter.Field.Name]);
            // Other values are read for each target, so that an error about them names it.
            if (bound is not ScriptBlock && (parameter.Field.Kind is InputFieldKind.Secret or InputFieldKind.Metadata || InputFields.IsEmpty(bound)))
            {
                ReadArgument(parameter.Field, bound, probe);
            }
        }
    }

    /// <summary>Whether the cells of a row are values. Default: true. Otherwise a row is a target only.</summary>
    public bool ReadsRows { get; init; } = true;

    private IEnumerable<FieldParameter<TCommand>> OnCommandLine => _parameters.Where(p => _commandLine.Contains(p.Field.Name));

    /// <summary>Whether a parameter was named on the command line.</summary>
    public bool IsOnCommandLine(string parameter) => _commandLine.Contains(parameter);

    /// <summary>Adds what a record sets to a body.</summary>
    /// <param name="record">The record from the pipeline; null for none.</param>
    /// <param name="body">Receives the values.</param>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>.</exception>
    public void Read(InputRecord? record, ResourceBody body)
    {
        foreach (FieldParameter<TCommand> parameter in OnCommandLine)
        {
            object? value = SensitiveArgument.Reveal(parameter.Read(_command));
            ReadArgument(parameter.Field, value is ScriptBlock script ? Evaluate(parameter.Field.Name, script, record) : value, body);
        }

        if (record is not null && ReadsRows)
        {
            InputFields.ReadRow([.. _parameters.Select(static p => p.Field)], record, _commandLine, body);
        }
    }

    private static void ReadArgument(InputField field, object? value, ResourceBody body)
    {
        object? plain;
        try
        {
            plain = PlainInput.Of(value);
        }
        catch (ToriiException e)
        {
            throw new ToriiException(e.ErrorId, $"{field.Name}: {e.Message}", e) { Variant = e.Variant };
        }

        InputFields.ReadArgument(field, plain, body);
    }

    /// <summary>The engine runs a script block for each record where a parameter takes text, and not where it takes any object.</summary>
    internal static object? Evaluate(string parameter, ScriptBlock script, InputRecord? record)
    {
        try
        {
            Collection<PSObject?> results = script.InvokeWithContext(null, [new PSVariable("_", record?.Source)]);
            return results.Count == 1 ? PlainInput.Unwrap(results[0]) : results.Count == 0 ? null : results;
        }
        catch (RuntimeException e)
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, $"The script block of -{parameter} failed.", e) { Variant = "script" };
        }
    }
}
