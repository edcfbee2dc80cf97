using Torii.Emulator.Http;
using Torii.Emulator.Seeding;

namespace Torii.Emulator.Faults;

/// <summary>
/// Bad weather: a share of all requests goes wrong, each in a way drawn from a fixed mix. One seed gives one sequence
/// of faults; which request meets which of them depends on the order in which they arrive.
/// </summary>
internal sealed class FaultMix(double rate, int seed)
{
    // Waits of a whole second are rare, or ten thousand users would take all day.
    private static readonly (int Weight, Func<SeedRandom, Fault> Make)[] Mix =
    [
        (150, _ => new Fault(FaultKind.Status) { Status = 429 }),
        (95, _ => new Fault(FaultKind.Status) { Status = 429, RetryAfter = "0" }),
        (5, _ => new Fault(FaultKind.Status) { Status = 429, RetryAfter = "1" }),
        (75, _ => new Fault(FaultKind.Status) { Status = 500 }),
        (75, _ => new Fault(FaultKind.Status) { Status = 500, Executes = true }),
        (150, _ => new Fault(FaultKind.Status) { Status = 503 }),
        (150, _ => new Fault(FaultKind.Reset)),
        (120, _ => new Fault(FaultKind.ResetAfter)),
        (80, _ => new Fault(FaultKind.Truncate)),
        (60, _ => new Fault(FaultKind.Html)),
        (40, random => new Fault(FaultKind.Slow) { DelayMs = 20 + random.Below(180) }),
    ];

    private static readonly int TotalWeight = Mix.Sum(part => part.Weight);

    private readonly SeedRandom random = new((ulong)(uint)seed);

    public static FaultMix? Read(JsonFields body)
    {
        var rate = body.Fraction("rate").Value ?? throw Refusal.BadField("rate", "is missing");
        return Create(rate, body.Number("seed").Value ?? 1);
    }

    public static FaultMix? Create(double rate, int seed) => rate > 0 ? new FaultMix(rate, seed) : null;

    public Fault? Next()
    {
        if (random.Fraction() >= rate)
        {
            return null;
        }

        var drawn = random.Below(TotalWeight);
        foreach (var (weight, make) in Mix)
        {
            drawn -= weight;
            if (drawn < 0)
            {
                return make(random);
            }
        }

        return null;
    }
}
