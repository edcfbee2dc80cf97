using System.Diagnostics;
using Torii.Token.Benchmarks;

// One thread, warm, all contenders in turns within one run, so that load from other processes affects all of them.
const int Rounds = 15;
const int Warm = 3;
TimeSpan slice = TimeSpan.FromMilliseconds(400);

using Material material = new(2000);
string root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));
using Children children = new(material, root, slice);
List<(string Name, Func<double> Measure)> contenders =
[
    .. Contenders.Create(material).Select(c => (c.Name, (Func<double>)(() => Rate(c.Name, c.Check)))),
    .. children.Start(),
];
Dictionary<string, List<double>> rates = contenders.ToDictionary(c => c.Name, _ => new List<double>());
for (int round = -Warm; round < Rounds; round++)
{
    foreach ((string name, Func<double> measure) in contenders)
    {
        double rate = measure();
        if (round >= 0)
        {
            rates[name].Add(rate);
        }
    }
}

Dictionary<string, double> median = rates.ToDictionary(r => r.Key, r => r.Value.Order().ElementAt(Rounds / 2));
double limit = median[Contenders.Limit], library = median[Contenders.WholeLibrary];
Console.WriteLine($"Tokens a second, ES256, one thread, median of {Rounds} slices of {slice.TotalMilliseconds} ms in turns, {Environment.ProcessorCount} cores:");
foreach ((string name, double rate) in median.OrderByDescending(m => m.Value))
{
    List<double> all = rates[name];
    Console.WriteLine($"{name,-42} {rate,8:N0}  ({all.Min():N0}-{all.Max():N0})  {rate / limit:0.00} of VerifyData  {rate / library:0.00} of ValidateTokenAsync");
}

foreach (string missing in children.Missing)
{
    Console.WriteLine($"not measured: {missing}");
}

double Rate(string name, Func<string, bool> check)
{
    long begun = Stopwatch.GetTimestamp();
    int done = 0;
    do
    {
        if (!check(material.Tokens[done++ % material.Tokens.Length]))
        {
            throw new InvalidOperationException($"{name} refused a valid token.");
        }
    }
    while (Stopwatch.GetElapsedTime(begun) < slice);

    return done / Stopwatch.GetElapsedTime(begun).TotalSeconds;
}
