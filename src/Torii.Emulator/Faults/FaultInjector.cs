namespace Torii.Emulator.Faults;

/// <summary>Selects the fault of each request: the first rule that hits, or else a random fault.</summary>
internal sealed class FaultInjector(RandomFaults? initial)
{
    private readonly object gate = new();
    private readonly List<FaultRule> rules = [];
    private RandomFaults? random = initial;

    public void Add(FaultRule rule) => Locked(() => rules.Add(rule));

    public void SetRandom(RandomFaults? faults) => Locked(() => random = faults);

    public void Clear() => Locked(() =>
    {
        rules.Clear();
        random = null;
    });

    public Fault? Next(string operation, string path)
    {
        lock (gate)
        {
            FaultRule? hit = rules.Find(rule => rule.Hits(operation, path));
            rules.RemoveAll(rule => rule.IsSpent);
            return hit?.Fault ?? random?.Next();
        }
    }

    private void Locked(Action action)
    {
        lock (gate)
        {
            action();
        }
    }
}
