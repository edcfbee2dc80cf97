using System.Reflection;

namespace Torii.Compat.Tests;

/// <summary>
/// The official SDK and the scenarios in one file that plain Node can run: the package's own exports point at
/// TypeScript. Made once a run, after an `npm ci` that is left out while the lock file is the one already installed.
/// </summary>
internal sealed record NodeBundle(string? Path, string? MissingReason)
{
    public static readonly Lazy<NodeBundle> Ready = new(Prepare);

    public static string NodeFolder { get; } = Metadata("NodeFolder");

    // Blocking, because xunit asks an attribute's constructor.
    private static NodeBundle Prepare() => Task.Run(PrepareAsync).GetAwaiter().GetResult();

    private static async Task<NodeBundle> PrepareAsync()
    {
        if (await NodePackages.InstallAsync(NodeFolder, "the official SDK") is { } reason)
        {
            return new NodeBundle(null, reason);
        }

        string bundle = System.IO.Path.Combine(Metadata("BundleFolder"), "scenarios.mjs");
        (int exitCode, string _, string? error) = await NodePackages.RunAsync(
            NodeFolder,
            "node",
            ["node_modules/esbuild/bin/esbuild", "scenarios.mjs", "--bundle", "--platform=node", "--format=esm", "--log-level=warning", "--outfile=" + bundle]);
        return exitCode == 0 ? new NodeBundle(bundle, null) : throw new InvalidOperationException("esbuild failed: " + error);
    }

    private static string Metadata(string key) => typeof(NodeBundle).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
