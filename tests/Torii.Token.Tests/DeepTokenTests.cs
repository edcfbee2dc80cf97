using System.Diagnostics;
using Torii.Client.Tokens;
using Xunit;

namespace Torii.Token.Tests;

/// <summary>Well-signed tokens so deep that a parser that recurses ends the process: in a process of their own.</summary>
public sealed class DeepTokenTests
{
    [Fact]
    public async Task A_signed_token_20000_deep_is_refused_and_the_process_lives()
    {
        ProcessStartInfo start = new("dotnet", ["exec", typeof(DeepTokenTests).Assembly.Location, "deep"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal("", await errors);
        Assert.Equal(string.Join('\n', Corpus.Deep.Values.Select(e => $"{e.Name}: {TokenRefusal.Malformed}")), answer.Trim().ReplaceLineEndings("\n"));
        Assert.Equal(0, process.ExitCode);
    }
}

/// <summary>The other process.</summary>
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
            Console.WriteLine($"{entry.Name}: {Corpus.Check(entry).Refusal?.ErrorId ?? "accepted"}");
        }

        return 0;
    }
}
