using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Torii.Compat.Tests;

/// <summary>Runs Node.js, and installs the packages that a lock file names unless they are installed already.</summary>
internal static class NodePackages
{
    private static readonly string[] NetworkFailures =
        ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "ERR_SOCKET_TIMEOUT", "ENOTCACHED"];

    /// <summary>Runs a Node command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string folder, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string? name, string? value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Installs the packages of a folder.</summary>
    /// <param name="folder">The folder with the lock file.</param>
    /// <param name="what">What they are, for the reason.</param>
    /// <returns>Why they cannot be installed on this machine; null where they are installed.</returns>
    public static async Task<string?> InstallAsync(string folder, string what)
    {
        try
        {
            await RunAsync(folder, "node", ["--version"]);
        }
        catch (Win32Exception)
        {
            return "Node.js was not found on PATH.";
        }

        string stamp = Path.Combine(folder, "node_modules", ".installed");
        string wanted = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, "package-lock.json"))));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted)
        {
            return null;
        }

        try
        {
            // Scripts are not needed: binaries are ordinary optional packages. On Windows npm is a .cmd file.
            (string? program, string[]? prefix) = OperatingSystem.IsWindows() ? ("cmd", new[] { "/c", "npm" }) : ("npm", []);
            (int exitCode, string? output, string? error) = await RunAsync(folder, program, [.. prefix, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]);
            if (exitCode != 0)
            {
                return Array.Exists(NetworkFailures, (output + error).Contains)
                    ? $"npm could not reach a registry to install {what}."
                    : throw new InvalidOperationException("npm ci failed: " + output + error);
            }
        }
        catch (Win32Exception)
        {
            return "npm was not found on PATH.";
        }

        await File.WriteAllTextAsync(stamp, wanted);
        return null;
    }
}
