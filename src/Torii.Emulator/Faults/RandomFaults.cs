namespace Torii.Emulator.Faults;

/// <summary>
/// Injects random faults into a share of the requests. One seed gives one sequence of faults; which request receives
/// which fault depends on the order of arrival.
/// </summary>
internal sealed class RandomFaults(double rate, int seed)
{
    // Waits of a second are rare, so that a run over ten thousand users stays short.
    private static readonly (int Weight, Func<SeedRandom, Fault> Create)[] Mix =
    [
        (150, _ => new Fault(FaultKind.Status) { Status = 429 }),
        (95, _ => new Fault(FaultKind.Status) { Status = 429, RetryAfter = "0" }),
        (5, _ => new Fault(FaultKind.Status) { Status = 429, RetryAfter = "1" }),
        (75, _ => new Fault(FaultKind.Status) { Status = 500 }),
        (75, _ => new Fault(FaultKind.Status) { Status = 500, ForcesExecution = true }),
        (150, _ => new Fault(FaultKind.Status) { Status = 503 }),
        (150, _ => new Fault(FaultKind.Reset)),
        (120, _ => new Fault(FaultKind.ResetAfter)),
        (80, _ => new Fault(FaultKind.Truncate)),
        (60, _ => new Fault(FaultKind.Html)),
        (40, random => new Fault(FaultKind.Slow) { DelayMs = 20 + random.Below(180) }),
    ];

    private static readonly int TotalWeight = Mix.Sum(part => part.Weight);

    private readonly SeedRandom random = new((ulong)(uint)seed);

    public static RandomFaults? Read(BodyFields body)
    {
        double rate = body.Fraction("rate").Value ?? throw RequestRefusedException.Missing("rate");
        return Create(rate, body.Number("seed") ?? 1);
    }

    public static RandomFaults? Create(double rate, int seed) => rate > 0 ? new RandomFaults(rate, seed) : null;

    public Fault? Next()
    {
        if (random.Fraction() >= rate)
        {
            return null;
        }

        int drawn = random.Below(TotalWeight);
        return Mix.First(part => (drawn -= part.Weight) < 0).Create(random);
    }
}
