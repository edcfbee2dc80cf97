using System.Management.Automation;
using Torii.PowerShell.Emulator;

namespace Torii.PowerShell.Commands;

/// <summary>Gets the running emulators that this process started.</summary>
[Cmdlet(VerbsCommon.Get, "ToriiEmulator")]
[OutputType(typeof(ToriiEmulator))]
public sealed class GetToriiEmulatorCommand : ToriiCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (EmulatorProcess running in EmulatorProcess.Running)
        {
            WriteObject(running.Emulator);
        }
    }
}
