namespace Torii.Emulator.Faults;

/// <summary>Decides for each request whether something goes wrong: first the rules that were asked for, then chance.</summary>
internal sealed class FaultBook(FaultMix? weather)
{
    private readonly object gate = new();
    private readonly List<FaultRule> rules = [];
    private FaultMix? mix = weather;

    public void Add(FaultRule rule)
    {
        lock (gate)
        {
            rules.Add(rule);
        }
    }

    public void SetMix(FaultMix? changed)
    {
        lock (gate)
        {
            mix = changed;
        }
    }

    /// <summary>No rule is left, and the weather is good.</summary>
    public void Clear()
    {
        lock (gate)
        {
            rules.Clear();
            mix = null;
        }
    }

    public Fault? Next(string operation, string? userId)
    {
        lock (gate)
        {
            var hit = rules.Find(rule => rule.Hits(operation, userId));
            rules.RemoveAll(rule => rule.IsSpent);
            return hit?.Fault ?? mix?.Next();
        }
    }
}
