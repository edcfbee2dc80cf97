using System.Management.Automation;
using Torii.PowerShell.Emulator;

namespace Torii.PowerShell.Commands;

/// <summary>Stops emulators that this process started, and deletes their data.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ToriiEmulator", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class StopToriiEmulatorCommand : ToriiCommand
{
    /// <summary>The port of the emulator; the pipeline accepts emulators. Default: all emulators.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        EmulatorProcess[] chosen = [.. EmulatorProcess.Running.Where(e => Port == 0 || e.Emulator.Port == Port)];
        if (Port != 0 && chosen.Length == 0)
        {
            WriteError(new ToriiException(ToriiErrorId.EmulatorNotFound, $"No emulator of this process runs on port {Port}."), Port);
        }

        foreach (EmulatorProcess running in chosen)
        {
            if (ShouldProcess(running.Emulator.ToString(), "Stop emulator"))
            {
                Wait(running.StopAsync(StopToken));
            }
        }
    }
}
