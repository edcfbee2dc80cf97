using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Torii.PowerShell.Emulator;

/// <summary>
/// Represents the process of an emulator. It ends when its standard input is closed, and so with this process.
/// </summary>
internal sealed class EmulatorProcess
{
    /// <summary>The exit code of the emulator when its port is in use.</summary>
    private const int PortInUseExitCode = 3;

    private const int MaxErrorCharacters = 4000;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);
    private static readonly List<EmulatorProcess> Started = [];

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private EmulatorProcess(Process process) => _process = process;

    /// <summary>The description that the emulator reported when it was ready.</summary>
    public ToriiEmulator Emulator { get; private set; } = null!;

    /// <summary>The emulators of this process that are running.</summary>
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

    /// <summary>Starts an emulator and waits until it accepts requests.</summary>
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
            // It has no data yet, and a caller who cancelled does not wait for it.
            started.Kill();
            started._process.Dispose();
            throw;
        }
    }

    /// <summary>Stops the emulator and deletes its data: on request, and by force after a time limit or a cancellation.</summary>
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
            // It does not react, or has ended.
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
            // It has ended.
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
            throw new ToriiException(ToriiErrorId.EmulatorFailed, $"The emulator is not part of this installation ({application} is missing).") { Variant = "install" };
        }

        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            // The current folder of the shell may be removed.
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
            throw new ToriiException(ToriiErrorId.DotNetNotFound, "The emulator needs the command 'dotnet', which is not on PATH.", e);
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
            throw new ToriiException(ToriiErrorId.EmulatorFailed, $"The emulator was not ready within {StartTimeout.TotalSeconds:0} s.") { Variant = "slow" };
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
            PortInUseExitCode => new ToriiException(ToriiErrorId.PortInUse, "Another process uses the port."),
            _ when said.Contains("Microsoft.AspNetCore.App", StringComparison.Ordinal) => new ToriiException(ToriiErrorId.AspNetCoreNotFound, "The emulator needs the ASP.NET Core runtime, which is not installed."),
            int code => new ToriiException(ToriiErrorId.EmulatorFailed, $"The emulator ended with exit code {code}{(said.Length == 0 ? "" : $": {said.TrimEnd('.')}")}."),
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
            throw new ToriiException(ToriiErrorId.EmulatorFailed, "The emulator of this installation does not match the module.", e) { Variant = "install" };
        }
    }
}
