using System.Diagnostics;
using System.Text;
using Torii.Client.Tests.Support;
using Torii.Client.Tokens;
using Xunit.Abstractions;

namespace Torii.Client.Tests.Tokens;

/// <summary>Mutations of valid tokens: none may be accepted, and none may cause an exception.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private const int DefaultFuzzSec = 5;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly string Good = Corpus.Good["as torii makes it"].Token;

    [Fact]
    public void A_single_flipped_bit_makes_a_token_invalid()
    {
        byte[][] segments = [.. Good.Split('.').Select(s => StrictBase64Url.Decode(s)!)];
        foreach (byte[] segment in segments)
        {
            for (int bit = 0; bit < segment.Length * 8; bit++)
            {
                segment[bit >> 3] ^= (byte)(1 << (bit & 7));
                Assert.False(Corpus.Check(string.Join('.', segments.Select(Encode))).IsValid);
                segment[bit >> 3] ^= (byte)(1 << (bit & 7));
            }
        }

        Assert.True(Corpus.Check(string.Join('.', segments.Select(Encode))).IsValid);
    }

    [Fact]
    public void A_changed_missing_or_repeated_character_makes_a_token_invalid()
    {
        for (int i = 0; i < Good.Length; i++)
        {
            string before = Good[..i], after = Good[(i + 1)..];
            Assert.False(Corpus.Check(before + after).IsValid);
            Assert.False(Corpus.Check(before + Good[i] + Good[i] + after).IsValid);
            foreach (char c in Good[i] == '.' ? "A=_" : $"{Alphabet[(Alphabet.IndexOf(Good[i]) + 1) % 64]}{Alphabet[(Alphabet.IndexOf(Good[i]) + 32) % 64]}.=+/ \n\0é")
            {
                Assert.False(Corpus.Check(before + c + after).IsValid);
            }
        }
    }

    /// <summary>Runs for 5 seconds or TORII_FUZZ_SEC. The seed is printed; TORII_FUZZ_SEED repeats a run.</summary>
    [Fact]
    public async Task No_mutation_of_a_valid_token_is_accepted()
    {
        int seed = Number("TORII_FUZZ_SEED") ?? Random.Shared.Next();
        output.WriteLine($"TORII_FUZZ_SEED={seed}");
        Random random = new(seed);
        string[] good = [.. Corpus.Good.Values.Where(e => !e.IsTimed && e.Token.Length < 4000 && e.Options.Audiences.Count == 0).Select(e => e.Token)];
        HashSet<string> unchanged = [.. Corpus.Good.Values.Select(e => e.Token)];
        TokenVerifier verifier = new(Corpus.Keys, new TokenValidationOptions { Issuer = Corpus.Issuer }, new ManualTime(Corpus.Now));
        Dictionary<string, int> reasons = [];
        long begun = Stopwatch.GetTimestamp();
        int tried = 0;
        while (Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(Number("TORII_FUZZ_SEC") ?? DefaultFuzzSec))
        {
            string token = good[random.Next(good.Length)];
            for (int times = random.Next(1, 4); times > 0; times--)
            {
                token = Mutate(token, good, random);
            }

            if (unchanged.Contains(token))
            {
                continue;
            }

            tried++;
            TokenValidationResult result = await verifier.VerifyAsync(token, default);
            Assert.False(result.IsValid, $"seed {seed}: accepted {token}");
            reasons[result.Error!.ErrorId] = reasons.GetValueOrDefault(result.Error.ErrorId) + 1;
        }

        output.WriteLine($"{tried} mutations, {string.Join(", ", reasons.OrderBy(r => r.Key).Select(r => $"{r.Key} {r.Value}"))}");
        Assert.True(tried > 1000);
    }

    private static string Mutate(string token, string[] good, Random random)
    {
        int at = random.Next(token.Length + 1);
        int to = Math.Min(token.Length, at + random.Next(1, 12));
        string other = good[random.Next(good.Length)];
        switch (random.Next(9))
        {
            case 0:
                return token[..at] + Alphabet[random.Next(64)] + (at < token.Length ? token[(at + 1)..] : "");
            case 1:
                return token[..at] + token[to..];
            case 2:
                return token[..at] + token[at..to] + token[at..];
            case 3:
                return token[..at] + (char)random.Next(0x10000) + token[at..];
            case 4:
                return token[..at] + other[Math.Min(at, other.Length)..];
            case 5:
                return Exchange(token, other, random.Next(3));
            case 6:
                return token[..at] + "=+/. \n\0"[random.Next(7)] + token[at..];
            default:
                return Inside(token, random);
        }
    }

    /// <summary>Replaces a segment by that of another token.</summary>
    private static string Exchange(string token, string other, int index)
    {
        string[] one = token.Split('.'), two = other.Split('.');
        if (index < one.Length && index < two.Length)
        {
            one[index] = two[index];
        }

        return string.Join('.', one);
    }

    /// <summary>Changes decoded bytes of a segment and encodes it again.</summary>
    private static string Inside(string token, Random random)
    {
        string[] segments = token.Split('.');
        int index = random.Next(segments.Length);
        if (StrictBase64Url.Decode(segments[index]) is not { Length: > 0 } bytes)
        {
            return token;
        }

        string[] words = ["\"alg\":\"none\",", "\"kid\":\"main\",", "\"exp\":4102444800,", "{}", "[", "]", "}", "\\u0000", "\\ud800", "1e9", "null", "\"", ",", "/**/", "\uFEFF"];
        int at = random.Next(bytes.Length);
        byte[] changed = random.Next(3) switch
        {
            0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], .. Encoding.UTF8.GetBytes(words[random.Next(words.Length)]), .. bytes[at..]],
            _ => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 20))..]],
        };
        segments[index] = Encode(changed);
        return string.Join('.', segments);
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out int number) ? number : null;
}
