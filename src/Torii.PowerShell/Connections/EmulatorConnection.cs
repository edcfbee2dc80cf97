using System.Runtime.CompilerServices;
using Torii.Client;

namespace Torii.PowerShell.Connections;

/// <summary>A way to an emulator for a command that was handed one and needs no connection of the runspace.</summary>
internal static class EmulatorConnection
{
    private static readonly ConditionalWeakTable<ToriiEmulator, ToriiConnection> Made = [];

    /// <summary>The connection, made once for an emulator and kept under no name.</summary>
    public static ToriiConnection Of(ToriiEmulator emulator) => Made.GetValue(emulator, static e =>
    {
        ToriiClientOptions options = new() { SecretKey = SecretKey.Parse(e.GetSecretKey()), ApiUrl = e.ApiUrl, UserAgent = "torii-powershell" };
        ToriiConnection connection = new()
        {
            Name = "emulator",
            ApiUrl = options.ApiUrl,
            Issuer = e.Issuer,
            Environment = options.SecretKey.Environment,
            KeyHint = options.SecretKey.Hint,
            Fingerprint = options.SecretKey.FingerprintFor(options.ApiUrl),
        };
        ConnectionStore.Keep(connection, new ToriiClient(options));
        return connection;
    });
}
