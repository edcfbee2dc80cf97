using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Torii.Token.Benchmarks;

/// <summary>Contenders in separate processes: each runs one slice per line on its standard input.</summary>
internal sealed class Children(Material material, string root, TimeSpan slice) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("torii-benchmark-").FullName;
    private readonly List<Process> _processes = [];

    /// <summary>The contenders that are not available, and why.</summary>
    public List<string> Missing { get; } = [];

    public IEnumerable<(string Name, Func<double> Measure)> Start()
    {
        File.WriteAllLines(Path.Combine(_folder, "tokens.txt"), material.Tokens);
        File.WriteAllText(Path.Combine(_folder, "jwks.json"), material.Jwks);
        string here = Path.Combine(root, "benchmarks", "Torii.Token.Benchmarks");
        string module = Path.Combine(root, "out", "Torii", "Torii.psd1");
        string jose = Path.Combine(root, "tests", "compat", "node_modules", "jose", "dist", "webapi", "index.js");
        string sliceMs = slice.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        return
        [
            .. Start("Test-ToriiToken", module, "run ./build.sh first", "pwsh", "-NoProfile", "-NonInteractive", "-File", Path.Combine(here, "cmdlet.ps1"), "-Module", module, "-Folder", _folder, "-Issuer", Material.Issuer, "-SliceMs", sliceMs),
            .. Start("jose on Node.js", jose, "run npm ci in tests/compat first", "node", Path.Combine(here, "jose.mjs"), jose, _folder, Material.Issuer, sliceMs),
        ];
    }

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            process.StandardInput.Close();
            process.WaitForExit(5000);
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<(string Name, Func<double> Measure)> Start(string name, string needed, string advice, string program, params string[] arguments)
    {
        if (!File.Exists(needed))
        {
            Missing.Add($"{name} ({advice})");
            return [];
        }

        try
        {
            Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            _processes.Add(process);
            return [(name, () => Ask(name, process))];
        }
        catch (Win32Exception)
        {
            Missing.Add($"{name} ({program} is not on PATH)");
            return [];
        }
    }

    private static double Ask(string name, Process process)
    {
        process.StandardInput.WriteLine();
        process.StandardInput.Flush();
        return double.TryParse(process.StandardOutput.ReadLine(), CultureInfo.InvariantCulture, out double rate)
            ? rate
            : throw new InvalidOperationException($"{name} exited.");
    }
}
