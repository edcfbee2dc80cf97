using System.Collections;
using System.Globalization;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using Torii.Client;
using Torii.Client.Http;

namespace Torii.PowerShell.Connections;

/// <summary>
/// The connections of each runspace, by name. A connection of one runspace is never the default of another: a command
/// there would act in an environment that its script did not name.
/// </summary>
internal static class ConnectionStore
{
    public const string DefaultName = "default";

    /// <summary>How long the end of a connection waits for its service.</summary>
    public static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(10);

    private static readonly ConditionalWeakTable<Runspace, State> ByRunspace = [];

    /// <summary>Process-wide, so that a connection that is passed to another runspace (<c>$using:</c>) works there.</summary>
    private static readonly ConditionalWeakTable<ToriiConnection, IIdentityService> Services = [];

    /// <summary>The connections of this runspace, by name. Read it on the pipeline thread.</summary>
    public static IReadOnlyDictionary<string, ToriiConnection> Current => Table.Open;

    private static State Table => ByRunspace.GetValue(Runspace.DefaultRunspace, static _ => new State());

    /// <summary>Keeps a connection under its name; closes any other connection of that name.</summary>
    public static void Add(ToriiConnection connection, IIdentityService service)
    {
        Close(connection.Name, "it was replaced by a new connection of that name");
        Keep(connection, service);
        Table.Open[connection.Name] = connection;
        Table.Closed.Remove(connection.Name);
    }

    /// <summary>Keeps the service of a connection for as long as the connection is referenced, under no name.</summary>
    public static void Keep(ToriiConnection connection, IIdentityService service) => Services.Add(connection, service);

    /// <summary>Closes the connection of a name: ends its requests and forgets its key. The reason is part of later errors.</summary>
    /// <returns>Whether there was one.</returns>
    /// <param name="name">The name of the connection.</param>
    /// <param name="reason">Why it is closed.</param>
    /// <param name="isRemembered">Whether a later command for that name says why; false where the caller closed it.</param>
    public static bool Close(string name, string reason, bool isRemembered = true)
    {
        string when = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string text = $"{reason} ({when})";
        Table.Closed.Remove(name);
        if (isRemembered)
        {
            Table.Closed[name] = text;
        }

        if (!Table.Open.Remove(name, out ToriiConnection? connection))
        {
            return false;
        }

        connection.Close(text);
        if (Services.TryGetValue(connection, out IIdentityService? service))
        {
            Services.Remove(connection);
            _ = EndAsync(service);
        }

        return true;
    }

    /// <summary>
    /// Ends the session that a service opened, then disposes the service. It never fails: the caller reports another
    /// error, or ended the session before. A service without a session is disposed at once.
    /// </summary>
    public static async Task EndAsync(IIdentityService service)
    {
        using CancellationTokenSource end = new(EndTimeout);
        try
        {
            await service.SignOutAsync(new RequestContext(end.Token) { FailFast = true }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ToriiException or OperationCanceledException or ObjectDisposedException)
        {
            // The session expires by itself.
        }
        finally
        {
            service.Dispose();
        }
    }

    /// <summary>Why and when the connection of a name was closed; null for one that was not.</summary>
    public static string? WhyClosed(string name) => Table.Closed.GetValueOrDefault(name);

    /// <exception cref="ToriiException"><c>Torii.NotConnected</c>: there is no connection of that name.</exception>
    public static ToriiConnection Find(string? name)
    {
        State table = Table;
        if (table.Open.TryGetValue(name ?? DefaultName, out ToriiConnection? connection))
        {
            return connection;
        }

        string others = table.Open.Count == 0 ? "" : $" Connections: {string.Join(", ", table.Open.Keys.Order(StringComparer.OrdinalIgnoreCase).Select(Redactor.RedactLine))}.";
        string closed = WhyClosed(name ?? DefaultName) is { } why ? $" The {(name is null ? "default" : "previous")} connection was closed: {why}." : "";
        throw name is null && closed.Length == 0 && table.Open.Count > 0
            ? new ToriiException(ToriiErrorId.NotConnected, $"This runspace has no default connection.{others}") { Variant = "noDefault" }
            : new ToriiException(
                ToriiErrorId.NotConnected,
                (name is null ? "This runspace is not connected." : $"This runspace has no connection named '{Redactor.RedactLine(name)}'.") + closed + others)
            {
                Variant = name is null ? null : "named",
                Details = new Dictionary<string, string> { ["name"] = Redactor.RedactLine(name ?? DefaultName) },
            };
    }

    /// <exception cref="ToriiException"><c>Torii.ConnectionGone</c>: it was closed, or belongs to another process.</exception>
    public static IIdentityService ServiceOf(ToriiConnection connection) =>
        connection.Closed is null && Services.TryGetValue(connection, out IIdentityService? service)
            ? service
            : throw new ToriiException(
                ToriiErrorId.ConnectionGone,
                connection.Closed is { } why
                    ? $"The connection '{Redactor.RedactLine(connection.Name)}' was closed: {why}."
                    : $"The connection '{Redactor.RedactLine(connection.Name)}' belongs to another process.")
            {
                Details = new Dictionary<string, string> { ["name"] = Redactor.RedactLine(connection.Name) },
            };

    /// <summary>What is known of the service that a command line is for; null where there is no such connection.</summary>
    public static ServiceInfo? InfoFor(IDictionary boundParameters) => ServiceFor(boundParameters)?.Info;

    /// <summary>The service that a command line is for; null where there is no such connection.</summary>
    public static IIdentityService? ServiceFor(IDictionary boundParameters)
    {
        object? named = boundParameters.Contains("Connection") ? boundParameters["Connection"] : null;
        ToriiConnection? connection = named as ToriiConnection ?? Current.GetValueOrDefault(named?.ToString() ?? DefaultName);
        return connection is not null && Services.TryGetValue(connection, out IIdentityService? service) ? service : null;
    }

    /// <summary>The connections of one runspace: those that are open, and why others were closed.</summary>
    private sealed class State
    {
        public Dictionary<string, ToriiConnection> Open { get; } = new(StringComparer.OrdinalIgnoreCase);

        public Dictionary<string, string> Closed { get; } = new(StringComparer.OrdinalIgnoreCase);
    }
}
