using System.Reflection;

namespace Torii.Client.Tests.Support;

/// <summary>Where things lie that the tests read.</summary>
internal static class Repository
{
    public static readonly string Root = Read("RepositoryRoot");

    /// <summary>The built Torii.PowerShell.dll.</summary>
    public static readonly string CmdletAssembly = Read("CmdletAssembly");

    /// <summary>The reference assembly of System.Management.Automation.</summary>
    public static readonly string EngineReference = Read("EngineReference");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static IEnumerable<string> SourceFiles(string project) =>
        Directory.EnumerateFiles(PathOf($"src/{project}"), "*.cs", SearchOption.AllDirectories)
            .Where(static f => !f.Split(Path.DirectorySeparatorChar).Any(static d => d is "obj" or "bin"));

    private static string Read(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}

/// <summary>A test about something in the repository; skipped while that is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWhereThereIsAttribute : FactAttribute
{
    public FactWhereThereIsAttribute(string relative)
    {
        string path = Repository.PathOf(relative);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            Skip = $"{relative} is not there yet.";
        }
    }
}
