using Torii.Emulator.Contracts;

namespace Torii.Emulator.Hosting;

/// <summary>What one run of the emulator was asked to be.</summary>
internal sealed record EmulatorOptions
{
    public int Port { get; init; } = 4010;

    public int Users { get; init; } = 1000;

    public int Seed { get; init; } = 42;

    public int LatencyMs { get; init; }

    public ContractVersion Contract { get; init; } = ContractVersion.Default;

    public required string SecretKey { get; init; }

    public bool Child { get; init; }

    public double FaultRate { get; init; }

    public int FaultSeed { get; init; } = 1;
}
