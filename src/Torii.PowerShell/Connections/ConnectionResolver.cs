using System.Management.Automation;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Connections;

/// <summary>
/// Decides which connection an item is worked on through: the one it came from. To act on an object of one tenant
/// with the key of another must be said by nobody by accident.
/// </summary>
internal sealed class ConnectionResolver
{
    private readonly ToriiConnection? _named;
    private ToriiConnection? _default;

    /// <param name="argument">What <c>-Connection</c> was given: a name, a connection, or null for nothing.</param>
    /// <exception cref="ToriiException"><c>Torii.NotConnected</c>.</exception>
    public ConnectionResolver(object? argument) => _named = argument switch
    {
        null => null,
        ToriiConnection connection => connection,
        _ => ConnectionStore.Find((string)argument),
    };

    /// <summary>The connection for work that no object brings its own for.</summary>
    /// <exception cref="ToriiException"><c>Torii.NotConnected</c>.</exception>
    public ToriiConnection Default => _named ?? (_default ??= ConnectionStore.Find(null));

    /// <summary>The connection for an object from the pipeline.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.ConnectionMismatch</c>, <c>Torii.ConnectionGone</c>, <c>Torii.NotConnected</c>.
    /// </exception>
    public ToriiConnection For(PSObject? input)
    {
        if (PipelineInput.Text(input, nameof(ToriiObject.ConnectionName)) is not { } name)
        {
            return Default;
        }

        ToriiConnection? source = input!.BaseObject switch { ToriiObject item => item.Source, ToriiToken token => token.Source, _ => null };
        if (_named is not null)
        {
            bool fits = source is null ? string.Equals(_named.Name, name, StringComparison.OrdinalIgnoreCase) : Same(source, _named);
            return fits ? _named : throw new ToriiException(
                "Torii.ConnectionMismatch",
                $"{Label(input)} came from the connection {source?.ToString() ?? $"'{name}'"}, and -Connection names {_named}.",
                "Leave -Connection out, or read the object again through that connection.");
        }

        if (!ConnectionStore.Current.TryGetValue(name, out ToriiConnection? current))
        {
            throw new ToriiException(
                "Torii.ConnectionGone",
                $"{Label(input)} came from the connection '{name}', which this runspace does not have.",
                $"Run Connect-Torii -Name '{name}' with the key of the same environment, or hand the connection over with -Connection.");
        }

        return source is null || Same(source, current) ? current : throw new ToriiException(
            "Torii.ConnectionGone",
            $"{Label(input)} came from the connection {source}, and that name now stands for {current}.",
            "Read the object again through the connection that is meant.");
    }

    private static bool Same(ToriiConnection one, ToriiConnection other) =>
        ReferenceEquals(one, other) || one.Fingerprint == other.Fingerprint;

    private static string Label(PSObject input) => input.BaseObject switch
    {
        ToriiObject or ToriiToken => input.BaseObject.ToString()!,
        _ => PipelineInput.Text(input, "SessionId") is { } session ? $"The row of session {session}"
            : PipelineInput.Text(input, "UserId") is { } user ? $"The row of user {user}"
            : "The object",
    };
}
