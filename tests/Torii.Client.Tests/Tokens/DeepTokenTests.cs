using System.Diagnostics;

namespace Torii.Client.Tests.Tokens;

/// <summary>Validly signed tokens that crash a process whose parser recurses, in a separate process.</summary>
public sealed class DeepTokenTests
{
    [Fact]
    public async Task A_signed_token_nested_20000_deep_is_refused_and_does_not_crash_the_process()
    {
        ProcessStartInfo start = new("dotnet", ["exec", typeof(DeepTokenTests).Assembly.Location, "deep"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal("", await errors);
        Assert.Equal(string.Join('\n', Corpus.Deep.Values.Select(e => $"{e.Name}: {ToriiErrorId.TokenMalformed}")), answer.Trim().ReplaceLineEndings("\n"));
        Assert.Equal(0, process.ExitCode);
    }
}

/// <summary>The entry point of the separate process.</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        if (arguments is not ["deep"])
        {
            Console.Error.WriteLine("Run the tests with dotnet test.");
            return 1;
        }

        foreach (CorpusEntry entry in Corpus.Deep.Values)
        {
            Console.WriteLine($"{entry.Name}: {Corpus.Check(entry).Error?.ErrorId ?? "accepted"}");
        }

        return 0;
    }
}
