using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using Torii.Client;

namespace Torii.PowerShell.Connections;

/// <summary>
/// The connections of each runspace, by name. A connection of one runspace is never another's default: a command
/// there would act in a tenant that nobody named.
/// </summary>
internal static class ConnectionStore
{
    public const string DefaultName = "default";

    private static readonly ConditionalWeakTable<Runspace, Dictionary<string, ToriiConnection>> ByRunspace = [];

    /// <summary>Process-wide, so that a connection handed to another runspace (<c>$using:</c>) still works there.</summary>
    private static readonly ConditionalWeakTable<ToriiConnection, ToriiService> Clients = [];

    /// <summary>This runspace's connections, by name. Read it on the pipeline thread.</summary>
    public static IReadOnlyDictionary<string, ToriiConnection> Current => Table;

    private static Dictionary<string, ToriiConnection> Table =>
        ByRunspace.GetValue(Runspace.DefaultRunspace, static _ => new(StringComparer.OrdinalIgnoreCase));

    /// <summary>Keeps a connection under its name, in place of any other of that name.</summary>
    public static void Add(ToriiConnection connection, ToriiService client)
    {
        Keep(connection, client);
        Table[connection.Name] = connection;
    }

    /// <summary>Keeps a connection's client for as long as somebody has the connection, under no name.</summary>
    public static void Keep(ToriiConnection connection, ToriiService client) => Clients.Add(connection, client);

    /// <summary>Forgets a connection here. Requests that are under way elsewhere end as they would.</summary>
    public static bool Remove(string name) => Table.Remove(name);

    /// <exception cref="ToriiException"><c>Torii.NotConnected</c>: none of that name.</exception>
    public static ToriiConnection Find(string? name)
    {
        if (Table.TryGetValue(name ?? DefaultName, out ToriiConnection? connection))
        {
            return connection;
        }

        string known = Table.Count == 0 ? "" : $" There is: {string.Join(", ", Table.Keys.Order(StringComparer.OrdinalIgnoreCase))}.";
        throw name is null && Table.Count > 0
            ? new ToriiException("Torii.NotConnected", $"No connection is the default.{known}", "Name one with -Connection, or run Connect-Torii without -Name.")
            : new ToriiException(
                "Torii.NotConnected",
                name is null ? "There is no connection to torii in this runspace." : $"There is no connection named '{name}' in this runspace.{known}",
                name is null ? "Run Connect-Torii first." : $"Run Connect-Torii -Name '{name}' first, or name another one.");
    }

    /// <exception cref="ToriiException"><c>Torii.ConnectionGone</c>: it was not made in this process.</exception>
    public static ToriiService ClientOf(ToriiConnection connection) =>
        Clients.TryGetValue(connection, out ToriiService? client)
            ? client
            : throw new ToriiException("Torii.ConnectionGone", $"The connection '{connection.Name}' is not one of this process.", "Run Connect-Torii here.");
}
