using System.Diagnostics;
using Torii.Token.Benchmarks;

// One thread, warm, all contenders in one run and in turns, so that a slow minute of the machine is everybody's.
using Material material = new(500);
var contenders = Contenders.Create(material);
const int Rounds = 10;
TimeSpan slice = TimeSpan.FromMilliseconds(500);
Dictionary<string, List<double>> rates = contenders.ToDictionary(c => c.Name, _ => new List<double>());
for (int round = -2; round < Rounds; round++)
{
    foreach ((string name, Func<string, bool> check) in contenders)
    {
        long begun = Stopwatch.GetTimestamp();
        int done = 0;
        do
        {
            if (!check(material.Tokens[done++ % material.Tokens.Length]))
            {
                throw new InvalidOperationException($"{name} refused a good token.");
            }
        }
        while (Stopwatch.GetElapsedTime(begun) < slice);

        if (round >= 0)
        {
            rates[name].Add(done / Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }
    }
}
foreach (var (name, list) in rates)
{
    list.Sort();
    Console.WriteLine($"{name,-42} {list[list.Count / 2],9:N0}/s");
}
