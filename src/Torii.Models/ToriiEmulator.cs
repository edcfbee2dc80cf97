namespace Torii;

/// <summary>
/// A running emulator of the service, as <c>Start-ToriiEmulator</c> gives it. <c>Connect-Torii</c> takes it from the
/// pipeline.
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

    /// <summary>The generation of the contract that it plays.</summary>
    public required string Contract { get; init; }

    /// <summary>How many users it began with.</summary>
    public int Users { get; init; }

    /// <summary>The seed of its people: the same seed gives the same people.</summary>
    public int Seed { get; init; }

    /// <summary>The process that plays it.</summary>
    public int ProcessId { get; init; }

    /// <summary>The environment that its users belong to.</summary>
    public required string EnvironmentId { get; init; }

    /// <summary>
    /// The secret key that it takes, for another program that is to talk to it. A method and no property, so that no
    /// list, file or log shows the key unasked.
    /// </summary>
    public string GetSecretKey() => _secretKey;

    /// <summary>Address and process on one line.</summary>
    public override string ToString() => $"{ApiUrl} (process {ProcessId})";
}
