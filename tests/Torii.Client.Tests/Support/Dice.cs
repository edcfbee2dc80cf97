namespace Torii.Client.Tests.Support;

/// <summary>Random values from a seed that a failing test names. Set TORII_TEST_SEED to run it again.</summary>
internal sealed class Dice
{
    private const string Variable = "TORII_TEST_SEED";

    private readonly Random _random;

    public Dice()
    {
        Seed = int.TryParse(Environment.GetEnvironmentVariable(Variable), out int seed) ? seed : Random.Shared.Next();
        _random = new Random(Seed);
    }

    public int Seed { get; }

    /// <summary>For the message of an assertion.</summary>
    public string Hint => $"{Variable}={Seed}";

    public bool Flip() => _random.Next(2) == 0;

    public int Up(int exclusiveMax) => _random.Next(exclusiveMax);

    public T Pick<T>(params ReadOnlySpan<T> from) => from[_random.Next(from.Length)];

    public string Text(string alphabet, int min, int max) =>
        string.Concat(Enumerable.Range(0, _random.Next(min, max + 1)).Select(_ => alphabet[_random.Next(alphabet.Length)]));
}
