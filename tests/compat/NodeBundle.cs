using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;

namespace Torii.Compat.Tests;

/// <summary>
/// The official SDK and the scenarios in one file that plain Node can run: the package's own exports point at
/// TypeScript. Made once a run, after an `npm ci` that is left out while the lock file is the one already installed.
/// </summary>
internal sealed record NodeBundle(string? Path, string? MissingReason)
{
    public static readonly Lazy<NodeBundle> Ready = new(Prepare);

    private static readonly string[] NetworkFailures =
        ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "ERR_SOCKET_TIMEOUT", "ENOTCACHED"];

    private static string NodeFolder { get; } = Metadata("NodeFolder");

    /// <summary>Runs a Node command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = NodeFolder, RedirectStandardOutput = true, RedirectStandardError = true };
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

    // Blocking, because xunit asks an attribute's constructor.
    private static NodeBundle Prepare() => Task.Run(PrepareAsync).GetAwaiter().GetResult();

    private static async Task<NodeBundle> PrepareAsync()
    {
        try
        {
            await RunAsync("node", ["--version"]);
        }
        catch (Win32Exception)
        {
            return new NodeBundle(null, "Node.js was not found on PATH.");
        }

        if (await InstallAsync() is { } reason)
        {
            return new NodeBundle(null, reason);
        }

        string bundle = System.IO.Path.Combine(Metadata("BundleFolder"), "scenarios.mjs");
        (int exitCode, string _, string? error) = await RunAsync(
            "node",
            ["node_modules/esbuild/bin/esbuild", "scenarios.mjs", "--bundle", "--platform=node", "--format=esm", "--log-level=warning", "--outfile=" + bundle]);
        return exitCode == 0 ? new NodeBundle(bundle, null) : throw new InvalidOperationException("esbuild failed: " + error);
    }

    private static async Task<string?> InstallAsync()
    {
        string stamp = System.IO.Path.Combine(NodeFolder, "node_modules", ".installed");
        string wanted = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(System.IO.Path.Combine(NodeFolder, "package-lock.json"))));
        if (File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted)
        {
            return null;
        }

        try
        {
            // Scripts are not needed: esbuild's binary is an ordinary optional package. On Windows npm is a .cmd file.
            (string? program, string[]? prefix) = OperatingSystem.IsWindows() ? ("cmd", new[] { "/c", "npm" }) : ("npm", []);
            (int exitCode, string? output, string? error) = await RunAsync(program, [.. prefix, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]);
            if (exitCode != 0)
            {
                return Array.Exists(NetworkFailures, (output + error).Contains)
                    ? "npm could not reach a registry to install the official SDK."
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

    private static string Metadata(string key) => typeof(NodeBundle).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
