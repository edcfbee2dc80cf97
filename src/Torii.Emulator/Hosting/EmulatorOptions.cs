namespace Torii.Emulator.Hosting;

/// <summary>The options of one run.</summary>
internal sealed record EmulatorOptions(
    int Port,
    int Users,
    int Seed,
    int LatencyMs,
    Contract Contract,
    string SecretKey,
    double FaultRate,
    int FaultSeed,
    bool Child);
