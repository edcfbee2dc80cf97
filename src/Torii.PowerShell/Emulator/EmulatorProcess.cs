using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Torii.PowerShell.Emulator;

/// <summary>
/// The emulator's process. It ends when its standard input does, and so with this process, however that ends.
/// </summary>
internal sealed class EmulatorProcess
{
    /// <summary>What the emulator exits with when its port is taken.</summary>
    private const int PortInUseExitCode = 3;

    private const int MaxErrorCharacters = 4000;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);
    private static readonly List<EmulatorProcess> Started = [];

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private EmulatorProcess(Process process) => _process = process;

    /// <summary>What it said of itself when it began to answer.</summary>
    public ToriiEmulator Emulator { get; private set; } = null!;

    /// <summary>Those of this process that still run.</summary>
    public static IReadOnlyList<EmulatorProcess> Running
    {
        get
        {
            lock (Started)
            {
                Started.RemoveAll(static p => p._process.HasExited);
                return [.. Started];
            }
        }
    }

    /// <summary>Starts one and waits until it answers.</summary>
    /// <exception cref="ToriiException">
    /// <c>Torii.DotNetNotFound</c>, <c>Torii.AspNetCoreNotFound</c>, <c>Torii.PortInUse</c>, <c>Torii.EmulatorFailed</c>.
    /// </exception>
    public static async Task<EmulatorProcess> StartAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        EmulatorProcess started = new(Launch(arguments));
        try
        {
            started._process.ErrorDataReceived += started.OnError;
            started._process.BeginErrorReadLine();
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(StartTimeout);
            string? line = await started.FirstLineAsync(patience.Token, cancellation).ConfigureAwait(false);
            started.Emulator = line is null ? throw await started.FailureAsync(cancellation).ConfigureAwait(false) : Read(line);
            lock (Started)
            {
                Started.Add(started);
            }

            return started;
        }
        catch
        {
            // It never answered, so there is nothing in it to lose, and whoever pressed Ctrl+C shall not wait for it.
            started.Kill();
            started._process.Dispose();
            throw;
        }
    }

    /// <summary>Ends it and everything in it: by asking it, and by force after a while, or as soon as there is a hurry.</summary>
    public async Task<bool> StopAsync(CancellationToken hurry)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        patience.CancelAfter(StopTimeout);
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or IOException)
        {
            // It does not listen, or has ended already.
        }

        Kill();
        _process.Dispose();
        return true;
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
        }

        lock (Started)
        {
            Started.Remove(this);
        }
    }

    private static Process Launch(IReadOnlyList<string> arguments)
    {
        string application = Path.Combine(Path.GetDirectoryName(typeof(EmulatorProcess).Assembly.Location)!, "emulator", "Torii.Emulator.dll");
        if (!File.Exists(application))
        {
            throw new ToriiException("Torii.EmulatorFailed", $"The emulator is not part of this installation ({application} is missing).", "Install the module again.");
        }

        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            // The shell may move on and its folder be removed.
            WorkingDirectory = Path.GetDirectoryName(application)!,
        };
        foreach (string argument in (string[])["exec", application, "--child", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        // Settings for other servers are not for this one, and a secret key is not for any child process.
        foreach (string name in start.Environment.Keys.Where(static n => n.StartsWith("TORII_", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (string name in (string[])["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_URLS", "URLS"])
        {
            start.Environment.Remove(name);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ToriiException(
                "Torii.DotNetNotFound",
                "The emulator needs the command 'dotnet', which was not found on PATH.",
                "Install the .NET SDK or the ASP.NET Core runtime, 8.0 or newer, from https://dotnet.microsoft.com/download.",
                e);
        }
    }

    private async Task<string?> FirstLineAsync(CancellationToken patience, CancellationToken cancellation)
    {
        try
        {
            return await _process.StandardOutput.ReadLineAsync(patience).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ToriiException("Torii.EmulatorFailed", $"The emulator did not answer within {StartTimeout.TotalSeconds:0} s.", "Try again with fewer -Users.");
        }
    }

    private async Task<ToriiException> FailureAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        string said;
        lock (_errors)
        {
            said = _errors.ToString().Trim();
        }

        return _process.ExitCode switch
        {
            PortInUseExitCode => new ToriiException(
                "Torii.PortInUse", "Something else on this machine uses that port already.", "Choose another -Port, or leave it out for any free one."),
            _ when said.Contains("Microsoft.AspNetCore.App", StringComparison.Ordinal) => new ToriiException(
                "Torii.AspNetCoreNotFound",
                "The emulator needs the ASP.NET Core runtime, which 'dotnet' does not have.",
                "Install the ASP.NET Core runtime (or the .NET SDK), 8.0 or newer, from https://dotnet.microsoft.com/download."),
            int code => new ToriiException("Torii.EmulatorFailed", $"The emulator ended with exit code {code}: {(said.Length == 0 ? "it said nothing" : said)}", "Correct what it says, or report it."),
        };
    }

    private void OnError(object sender, DataReceivedEventArgs e)
    {
        lock (_errors)
        {
            if (_errors.Length < MaxErrorCharacters)
            {
                _errors.AppendLine(e.Data);
            }
        }
    }

    private static ToriiEmulator Read(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            return new ToriiEmulator(root.GetProperty("secretKey").GetString()!)
            {
                ApiUrl = new Uri(root.GetProperty("apiUrl").GetString()!),
                Issuer = root.GetProperty("issuer").GetString()!,
                Port = root.GetProperty("port").GetInt32(),
                Contract = root.GetProperty("contract").GetString()!,
                EnvironmentId = root.GetProperty("environmentId").GetString()!,
                Users = root.GetProperty("users").GetInt32(),
                Seed = root.GetProperty("seed").GetInt32(),
                ProcessId = root.GetProperty("processId").GetInt32(),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ToriiException("Torii.EmulatorFailed", "The emulator of this installation speaks another language than the module.", "Install the module again.", e);
        }
    }
}
