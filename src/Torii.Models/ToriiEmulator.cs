namespace Torii;

/// <summary>
/// Represents a running emulator of the service, from <c>Start-ToriiEmulator</c>. <c>Connect-Torii</c> accepts it from
/// the pipeline.
/// </summary>
public sealed class ToriiEmulator
{
    private readonly string _secretKey;

    internal ToriiEmulator(string secretKey) => _secretKey = secretKey;

    /// <summary>The base address of the emulated server API.</summary>
    public required Uri ApiUrl { get; init; }

    /// <summary>The issuer of the emulator's tokens.</summary>
    public required string Issuer { get; init; }

    /// <summary>The TCP port on the loopback address.</summary>
    public int Port { get; init; }

    /// <summary>The generation of the contract that it implements.</summary>
    public required string Contract { get; init; }

    /// <summary>The number of users that it began with.</summary>
    public int Users { get; init; }

    /// <summary>The seed of its users: the same seed and number give the same users.</summary>
    public int Seed { get; init; }

    /// <summary>The id of its process.</summary>
    public int ProcessId { get; init; }

    /// <summary>The environment that its users belong to.</summary>
    public required string EnvironmentId { get; init; }

    /// <summary>
    /// Returns its secret key, for another client. A method, so that no list, file or log shows the key by accident.
    /// </summary>
    public string GetSecretKey() => _secretKey;

    /// <summary>Address and process on one line.</summary>
    public override string ToString() => $"{ApiUrl} (process {ProcessId})";
}
