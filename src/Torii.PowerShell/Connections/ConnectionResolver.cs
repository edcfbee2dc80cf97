using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.PowerShell.Connections;

/// <summary>
/// Decides which connection is used for a target: the one that the target was read through. A target of one
/// environment is never acted on with the key of another.
/// </summary>
internal sealed class ConnectionResolver
{
    private readonly ToriiConnection? _named;
    private ToriiConnection? _default;

    /// <summary>Creates a resolver.</summary>
    /// <param name="argument">The value of <c>-Connection</c>: a name, a connection, or null.</param>
    /// <exception cref="ToriiException"><c>Torii.NotConnected</c>, <c>Torii.ConnectionGone</c>.</exception>
    public ConnectionResolver(object? argument)
    {
        _named = argument switch
        {
            null => null,
            ToriiConnection connection => connection,
            _ => ConnectionStore.Find((string)argument),
        };
        if (_named is not null)
        {
            _ = ConnectionStore.ServiceOf(_named);
        }
    }

    /// <summary>The connection for work that no object brings its own for.</summary>
    /// <exception cref="ToriiException"><c>Torii.NotConnected</c>.</exception>
    public ToriiConnection Default => _named ?? (_default ??= ConnectionStore.Find(null));

    /// <summary>The connection for a target.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.ConnectionMismatch</c>, <c>Torii.ConnectionGone</c>, <c>Torii.NotConnected</c>.
    /// </exception>
    public ToriiConnection For(ToriiReference target)
    {
        if (target.ConnectionName is not { } name)
        {
            return Default;
        }

        ToriiConnection? source = target.Connection;
        if (_named is not null)
        {
            bool fits = source is null ? string.Equals(_named.Name, name, StringComparison.OrdinalIgnoreCase) : Same(source, _named);
            return fits ? _named : throw new ToriiException(
                ToriiErrorId.ConnectionMismatch,
                $"The object was read through the connection {Show(source?.ToString() ?? name)}, and -Connection names {Show(_named.ToString())}.");
        }

        if (!ConnectionStore.Current.TryGetValue(name, out ToriiConnection? current))
        {
            string closed = ConnectionStore.WhyClosed(name) is { } why ? $": {why}" : "";
            throw new ToriiException(
                ToriiErrorId.ConnectionGone, $"The object was read through the connection '{Show(name)}', which this runspace does not have{closed}.")
            {
                Details = new Dictionary<string, string> { ["name"] = Show(name) },
            };
        }

        return source is null || Same(source, current) ? current : throw new ToriiException(
            ToriiErrorId.ConnectionGone,
            $"The object was read through the connection {Show(source.ToString())}, and that name now belongs to {Show(current.ToString())}.")
        {
            Variant = "replaced",
        };
    }

    /// <summary>Checks that a target belongs to the environment of a connection, where both are known.</summary>
    /// <exception cref="ToriiException"><c>Torii.ConnectionMismatch</c>.</exception>
    public static void CheckEnvironment(ToriiReference target, ToriiConnection connection)
    {
        if (target.EnvironmentId is { } wanted && connection.EnvironmentId is { } actual && !ResponseValidator.SameId(wanted, actual))
        {
            throw new ToriiException(
                ToriiErrorId.ConnectionMismatch,
                $"The object belongs to the environment {Show(wanted)}, and the connection {Show(connection.ToString())} to {Show(actual)}.")
            {
                Variant = "environment",
            };
        }
    }

    private static bool Same(ToriiConnection one, ToriiConnection other) =>
        ReferenceEquals(one, other) || one.Fingerprint == other.Fingerprint;

    private static string Show(string text) => Redactor.RedactLine(text);
}
