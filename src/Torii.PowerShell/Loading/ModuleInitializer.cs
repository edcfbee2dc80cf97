using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace Torii.PowerShell.Loading;

/// <summary>
/// Resolves the client library, which is in <c>lib/</c> with its dependencies and loads into a private load context: the
/// versions are those that the module ships, whatever the session has loaded.
/// </summary>
/// <remarks>
/// The engine loads every exported type before this runs, so no public or protected member, no interface and no
/// field of a value type of a cmdlet may come from <c>lib/</c>.
/// </remarks>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    private static int _registered;

    /// <summary>Runs at every import and in every runspace; registers once and never again.</summary>
    public void OnImport()
    {
        if (Interlocked.Exchange(ref _registered, 1) == 0)
        {
            // Loads Torii.Models, so that its types can be named before a command runs.
            GC.KeepAlive(typeof(ToriiUser));
            AssemblyLoadContext.Default.Resolving += static (_, name) =>
                name.Name == LibraryLoadContext.EntryAssembly ? LibraryLoadContext.Instance.LoadFromAssemblyName(name) : null;
        }
    }

    /// <summary>Loads the assemblies of <c>lib/</c>; all others come from the session.</summary>
    private sealed class LibraryLoadContext : AssemblyLoadContext
    {
        public const string EntryAssembly = "Torii.Client";

        public static readonly LibraryLoadContext Instance = new();

        private readonly string _folder;

        private LibraryLoadContext()
            : base("Torii") =>
            _folder = Path.Combine(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!, "lib");

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string path = Path.Combine(_folder, $"{assemblyName.Name}.dll");
            return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
