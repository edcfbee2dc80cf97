using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Torii.Emulator.Contracts;

namespace Torii.Emulator.Hosting;

/// <summary>Reads the command line; every complaint is one sentence that names the option.</summary>
internal static partial class CommandLine
{
    public const string Usage =
        """
        Plays the torii server API in memory on 127.0.0.1.

          --port N             port to listen on, 0 for any free one (4010)
          --users N            how many people to invent (1000)
          --seed N             the same seed and count give the same people (42)
          --latency-ms N       added to every answer (0)
          --contract VERSION   0.0.2, 0.0.3 or 0.0.12 (0.0.3)
          --secret-key KEY     sk_test_... or sk_live_... (a fresh sk_test_ key)
          --fault-rate N       share of requests that go wrong, 0 to 1 (0)
          --fault-seed N       the same seed gives the same faults (1)
          --child              started by another process: one JSON line on standard output,
                               ends when standard input does, ignores Ctrl+C
        """;

    private const string KeyAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static bool TryParse(
        string[] args,
        [NotNullWhen(true)] out EmulatorOptions? options,
        [NotNullWhen(false)] out string? complaint)
    {
        options = null;
        var parsed = new EmulatorOptions { SecretKey = "sk_test_" + RandomNumberGenerator.GetString(KeyAlphabet, 32) };
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--child")
            {
                parsed = parsed with { Child = true };
                continue;
            }

            var (name, value) = Split(args, ref i);
            complaint = Apply(name, value, ref parsed);
            if (complaint is not null)
            {
                return false;
            }
        }

        complaint = null;
        options = parsed;
        return true;
    }

    /// <summary>Takes both <c>--port 1</c> and <c>--port=1</c>.</summary>
    private static (string Name, string? Value) Split(string[] args, ref int index)
    {
        var argument = args[index];
        var equals = argument.IndexOf('=');
        if (equals > 0)
        {
            return (argument[..equals], argument[(equals + 1)..]);
        }

        var followed = index + 1 < args.Length && !args[index + 1].StartsWith("--", StringComparison.Ordinal);
        return (argument, followed ? args[++index] : null);
    }

    private static string? Apply(string name, string? value, ref EmulatorOptions options)
    {
        int number;
        double rate;
        string? complaint;
        switch (name)
        {
            case "--port":
                complaint = Whole(name, value, 0, 65535, out number);
                options = options with { Port = number };
                return complaint;
            case "--users":
                complaint = Whole(name, value, 0, 1_000_000, out number);
                options = options with { Users = number };
                return complaint;
            case "--seed":
                complaint = Whole(name, value, int.MinValue, int.MaxValue, out number);
                options = options with { Seed = number };
                return complaint;
            case "--latency-ms":
                complaint = Whole(name, value, 0, 600_000, out number);
                options = options with { LatencyMs = number };
                return complaint;
            case "--fault-seed":
                complaint = Whole(name, value, int.MinValue, int.MaxValue, out number);
                options = options with { FaultSeed = number };
                return complaint;
            case "--fault-rate":
                var isRate = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out rate) && rate is >= 0 and <= 1;
                options = options with { FaultRate = rate };
                return isRate ? null : $"{name} takes a number from 0 to 1, such as 0.2, and got {Shown(value)}.";
            case "--contract":
                var known = ContractVersion.TryFind(value, out var contract);
                options = options with { Contract = contract ?? options.Contract };
                return known ? null : $"{name} takes one of {ContractVersion.KnownNames}, and got {Shown(value)}.";
            case "--secret-key":
                options = options with { SecretKey = value ?? "" };
                return value is not null && SecretKeyShape().IsMatch(value)
                    ? null
                    : $"{name} takes a key that starts with sk_test_ or sk_live_ and goes on with letters and digits.";
            default:
                return $"'{name}' is not an option of the emulator; --help lists them.";
        }
    }

    private static string? Whole(string name, string? value, int least, int most, out int number)
    {
        var valid = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
            && number >= least
            && number <= most;
        return valid ? null : $"{name} takes a whole number from {least} to {most}, and got {Shown(value)}.";
    }

    private static string Shown(string? value) => value is null ? "nothing" : $"'{value}'";

    [GeneratedRegex("^sk_(test|live)_[A-Za-z0-9_-]{8,128}$")]
    private static partial Regex SecretKeyShape();
}
