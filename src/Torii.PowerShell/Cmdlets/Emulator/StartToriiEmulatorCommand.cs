using System.Globalization;
using System.Management.Automation;
using Torii.PowerShell.Emulator;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Starts a local emulator of the service with generated users, and returns when it accepts requests. It ends with
/// this PowerShell process.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "ToriiEmulator")]
[OutputType(typeof(ToriiEmulator))]
public sealed class StartToriiEmulatorCommand : ToriiCommand
{
    /// <summary>The TCP port on the loopback address. Default: any free one.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <summary>The number of users that it begins with, one in ten of them banned. Default: 1000.</summary>
    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int Users { get; set; } = 1000;

    /// <summary>The seed of its users: the same seed and number give the same users. Default: 42.</summary>
    [Parameter]
    public int Seed { get; set; } = 42;

    /// <summary>The time before each response, in milliseconds. Default: 0.</summary>
    [Parameter]
    [ValidateRange(0, 60_000)]
    public int LatencyMs { get; set; }

    /// <summary>The generation of the contract: 0.0.2, 0.0.3, 0.0.12 or 0.0.13. Default: 0.0.3.</summary>
    [Parameter]
    [ValidateSet("0.0.2", "0.0.3", "0.0.12", "0.0.13")]
    public string Contract { get; set; } = "0.0.3";

    /// <summary>The share of requests with an injected fault, from 0 to 1. Default: 0.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double FaultRate { get; set; }

    /// <summary>The seed of the injected faults: the same seed gives the same faults. Default: 7.</summary>
    [Parameter]
    public int FaultSeed { get; set; } = 7;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string[] arguments =
        [
            "--port", Text(Port), "--users", Text(Users), "--seed", Text(Seed), "--latency-ms", Text(LatencyMs),
            "--contract", Contract, "--fault-rate", FaultRate.ToString(CultureInfo.InvariantCulture), "--fault-seed", Text(FaultSeed),
        ];
        try
        {
            WriteObject(Wait(EmulatorProcess.StartAsync(arguments, StopToken)).Emulator);
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
