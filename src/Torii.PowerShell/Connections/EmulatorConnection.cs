using System.Runtime.CompilerServices;
using Torii.Client;
using Torii.Client.Services;
using Torii.PowerShell.Emulator;

namespace Torii.PowerShell.Connections;

/// <summary>Connections to emulators for commands that receive an emulator and need no connection of the runspace.</summary>
internal static class EmulatorConnection
{
    private static readonly ConditionalWeakTable<ToriiEmulator, ToriiConnection> Made = [];

    /// <summary>
    /// The connection to the given emulator; without one and without a connection of the runspace, to the only emulator
    /// that this process runs. Null where a connection of the runspace is used.
    /// </summary>
    public static ToriiConnection? Choose(ToriiEmulator? named, bool connected) =>
        named is not null ? Of(named)
        : !connected && EmulatorProcess.Running is [var only] ? Of(only.Emulator)
        : null;

    /// <summary>The connection of an emulator, created once and kept under no name.</summary>
    private static ToriiConnection Of(ToriiEmulator emulator) => Made.GetValue(emulator, static e =>
    {
        ToriiServiceOptions options = new() { SecretKey = SecretKey.Parse(e.GetSecretKey()), ApiUrl = e.ApiUrl, UserAgent = "torii-powershell" };
        ToriiConnection connection = new()
        {
            Name = "emulator",
            ApiUrl = options.ApiUrl,
            Issuer = e.Issuer,
            Environment = options.SecretKey.Environment,
            KeyHint = options.SecretKey.Hint,
            Fingerprint = options.SecretKey.FingerprintFor(options.ApiUrl),
        };
        ConnectionStore.Keep(connection, new ToriiService(options));
        return connection;
    });
}
