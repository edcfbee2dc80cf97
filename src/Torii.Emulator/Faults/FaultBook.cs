namespace Torii.Emulator.Faults;

/// <summary>Decides for each request whether something goes wrong: first the rules that were asked for, then chance.</summary>
internal sealed class FaultBook(FaultMix? mix)
{
    private readonly object gate = new();
    private readonly List<FaultRule> rules = [];

    public void Add(FaultRule rule)
    {
        lock (gate)
        {
            rules.Add(rule);
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            rules.Clear();
        }
    }

    public Fault? Next(string operation, string? userId)
    {
        if (rules.Count == 0 && mix is null)
        {
            return null;
        }

        lock (gate)
        {
            var hit = rules.Find(rule => rule.Hits(operation, userId));
            rules.RemoveAll(rule => rule.IsSpent);
            return hit?.Fault ?? mix?.Next();
        }
    }
}
