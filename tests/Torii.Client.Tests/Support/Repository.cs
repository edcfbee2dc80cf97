using System.Reflection;

namespace Torii.Client.Tests.Support;

/// <summary>Where things lie that the tests read.</summary>
internal static class Repository
{
    public static readonly string Root = Value("RepositoryRoot");

    /// <summary>The built Torii.PowerShell.dll.</summary>
    public static readonly string CmdletAssembly = Value("CmdletAssembly");

    /// <summary>The reference assembly of System.Management.Automation.</summary>
    public static readonly string EngineReference = Value("EngineReference");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>The text of a file, by the parts of its path below the root.</summary>
    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    public static IEnumerable<string> SourceFiles(string project) =>
        Directory.EnumerateFiles(PathOf($"src/{project}"), "*.cs", SearchOption.AllDirectories)
            .Where(static f => !f.Split(Path.DirectorySeparatorChar).Any(static d => d is "obj" or "bin"));

    private static string Value(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
