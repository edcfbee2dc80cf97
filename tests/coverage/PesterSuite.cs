using System.Diagnostics;
using Xunit;

namespace Torii.Coverage;

/// <summary>Runs the Pester suite under the coverage collector. The suite writes its own report.</summary>
public sealed class PesterSuite
{
    [Fact]
    public void Runs_to_its_end()
    {
        string[] command = Environment.GetEnvironmentVariable("TORII_PESTER_COMMAND")?.Split('\n')
            ?? throw new InvalidOperationException("TORII_PESTER_COMMAND is not set. Run ./build.ps1 Coverage.");

        using Process suite = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
        using StreamWriter log = new(Path.ChangeExtension(command[^1], ".log"));
        suite.StandardOutput.BaseStream.CopyTo(log.BaseStream);
        suite.WaitForExit();
    }
}
