using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Torii.Emulator.Hosting;

/// <summary>The command line. An error is reported as one sentence that names the option.</summary>
internal static partial class CommandLine
{
    private const string KeyAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static async Task<int> RunAsync(string[] args)
    {
        Option<int> port = WholeNumber("--port", 4010, 0, 65535, "Port to listen on; 0 takes any free port.");
        Option<int> users = WholeNumber("--users", 1000, 0, 1_000_000, "Number of seeded users.");
        Option<int> seed = WholeNumber("--seed", 42, int.MinValue, int.MaxValue, "Seed of the users; the same seed and number give the same users.");
        Option<int> latency = WholeNumber("--latency-ms", 0, 0, 600_000, "Milliseconds to wait before each request is handled.");
        Option<string> contract = Value("--contract", Contract.V003.Name(), "Contract to emulate: " + string.Join(", ", ContractNames.All) + ".", ParseContract);
        Option<string> secretKey = Value("--secret-key", "", "Secret key, sk_test_... or sk_live_... Default: a new sk_test_ key.", ParseKey);
        Option<double> faultRate = Value("--fault-rate", 0.0, "Share of the requests that fail, from 0 to 1.", ParseRate);
        Option<int> faultSeed = WholeNumber("--fault-seed", 1, int.MinValue, int.MaxValue, "Seed of the injected faults.");
        var child = new Option<bool>("--child")
        {
            Description = "Run as the child of another process: report the start as one line of JSON, end with standard input, ignore Ctrl+C.",
            Arity = ArgumentArity.Zero,
        };
        var command = new Command("Torii.Emulator", "Emulates the torii server API in memory on 127.0.0.1.")
        {
            port, users, seed, latency, contract, secretKey, faultRate, faultSeed, child, new HelpOption(),
        };

        ParseResult result = command.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (result.Action is ParseErrorAction)
        {
            Console.Error.WriteLine(result.Errors[0].Message);
            return ExitCode.BadOption;
        }

        if (result.Action is HelpAction)
        {
            return result.Invoke();
        }

        // Not through an action of the command: invoking one takes longer than parsing, and its handlers of signals
        // would end a child on Ctrl+C.
        return await EmulatorServer.RunAsync(new EmulatorOptions(
            result.GetValue(port),
            result.GetValue(users),
            result.GetValue(seed),
            result.GetValue(latency),
            ContractNames.Parse(result.GetValue(contract)!),
            result.GetValue(secretKey) is { Length: > 0 } key ? key : "sk_test_" + RandomNumberGenerator.GetString(KeyAlphabet, 32),
            result.GetValue(faultRate),
            result.GetValue(faultSeed),
            result.GetValue(child)));
    }

    private static Option<int> WholeNumber(string name, int byDefault, int least, int most, string description) =>
        Value(name, byDefault, description, text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
                ? (number, null)
                : (0, $"a whole number from {least} to {most}"));

    private static (string, string?) ParseContract(string text) =>
        ContractNames.All.Contains(text) ? (text, null) : ("", "one of " + string.Join(", ", ContractNames.All));

    private static (string, string?) ParseKey(string text) =>
        SecretKeyShape().IsMatch(text) ? (text, null) : ("", "a key of sk_test_ or sk_live_ and at least 8 letters and digits");

    private static (double, string?) ParseRate(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && rate is >= 0 and <= 1
            ? (rate, null)
            : (0, "a number from 0 to 1, such as 0.2");

    /// <summary>Creates an option. When it is repeated, the last value counts.</summary>
    private static Option<T> Value<T>(string name, T byDefault, string description, Func<string, (T Value, string? Expected)> parse) => new(name)
    {
        Description = description,
        HelpName = "value",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => byDefault,
        CustomParser = argument =>
        {
            string text = argument.Tokens[^1].Value;
            (T? value, string? expected) = parse(text);
            if (expected is not null)
            {
                // The value of --secret-key may be a real key with a typing error; it must not be printed.
                argument.AddError(name == "--secret-key" ? $"{name} takes {expected}." : $"{name} takes {expected}, not '{text}'.");
            }

            return value;
        },
    };

    [GeneratedRegex("^sk_(test|live)_[A-Za-z0-9_-]{8,128}$")]
    private static partial Regex SecretKeyShape();
}
