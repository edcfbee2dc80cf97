using System.Diagnostics;
using Torii.Client.Tests.Support;

namespace Torii.Client.Tests.EndToEnd;

/// <summary>examples/revoke-banned.cs is not part of the solution: a program of one file, which "dotnet run" builds.</summary>
public sealed class ExampleTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    [SdkFact]
    public async Task The_program_that_does_the_main_job_without_PowerShell_builds()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("torii-example-");
        try
        {
            ProcessStartInfo start = new("dotnet", ["build", "examples/revoke-banned.cs", "--artifacts-path", folder.FullName])
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            // "dotnet test" leaves its own settings to its children.
            foreach (string name in start.Environment.Keys.Where(static n => n.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            {
                start.Environment.Remove(name);
            }

            // A node that stays would keep the streams open.
            start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
            // The packages are those that were restored for the library: no network.
            start.Environment["RestoreSources"] = folder.FullName;
            using Process build = Process.Start(start)!;
            Task<string> output = build.StandardOutput.ReadToEndAsync();
            Task<string> errors = build.StandardError.ReadToEndAsync();
            using CancellationTokenSource patience = new(Limit);
            try
            {
                await build.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                build.Kill(entireProcessTree: true);
            }

            Assert.True(build.ExitCode == 0, $"{await output.Soon()}\n{await errors.Soon()}");
            Assert.True(File.Exists(Path.Combine(folder.FullName, "bin", "debug", "revoke-banned.dll")), await output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A test that needs the SDK of the repository; skipped, with the reason, where it is not installed.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class SdkFactAttribute : FactAttribute
    {
        private static readonly Lazy<string?> Missing = new(FindMissing);

        public SdkFactAttribute() => Skip = Missing.Value;

        private static string? FindMissing()
        {
            try
            {
                // global.json names the version, and without such an SDK the command fails.
                ProcessStartInfo start = new("dotnet", ["--version"]) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
                using Process version = Process.Start(start)!;
                version.WaitForExit();
                return version.ExitCode == 0 ? null : "The .NET SDK that global.json names is not installed.";
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return "The command 'dotnet' is not on PATH.";
            }
        }
    }
}
