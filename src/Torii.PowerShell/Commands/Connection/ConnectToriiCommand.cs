using System.Management.Automation;
using System.Security;
using Torii.Client;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Connects this runspace to an environment of torii. The key is proved by one cheap request; where that fails, an
/// earlier connection of the same name stays.
/// </summary>
[Cmdlet(VerbsCommunications.Connect, "Torii", DefaultParameterSetName = "Key")]
[OutputType(typeof(ToriiConnection))]
public sealed partial class ConnectToriiCommand : ToriiCommand
{
    /// <summary>The secret key, <c>sk_test_…</c> or <c>sk_live_…</c>. Default: the environment variable TORII_SECRET_KEY.</summary>
    [Parameter(ParameterSetName = "Key", Position = 0)]
    [SecretTransform]
    public SecureString? SecretKey { get; set; }

    /// <summary>The base address of the server API. Default: TORII_API_URL, else https://api.torii.so.</summary>
    [Parameter(ParameterSetName = "Key")]
    [ValidateNotNull]
    public Uri? ApiUrl { get; set; }

    /// <summary>The issuer of end-users' tokens. Default: TORII_ISSUER.</summary>
    [Parameter(ParameterSetName = "Key")]
    [ValidateNotBlank]
    public string? Issuer { get; set; }

    /// <summary>A running emulator, as Start-ToriiEmulator gives it.</summary>
    [Parameter(ParameterSetName = "Emulator", Mandatory = true, ValueFromPipeline = true)]
    public ToriiEmulator? Emulator { get; set; }

    /// <summary>The name to keep the connection under. Default: default, the connection that is used unless told.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string Name { get; set; } = ConnectionStore.DefaultName;

    /// <summary>How long one attempt of a request may take, in seconds. Default 30.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>How many times a request that may be repeated is tried again. Default 5.</summary>
    [Parameter]
    [ValidateRange(0, 20)]
    public int MaxRetry { get; set; } = 5;

    /// <summary>The default of -MaxAffected for every cmdlet that changes something. Default: no limit.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxAffected { get; set; }

    /// <summary>The proxy to use. Default: what the system says.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    /// <summary>Sends nothing: whether the key is good is found out later.</summary>
    [Parameter]
    public SwitchParameter SkipCheck { get; set; }

    /// <summary>Emits the connection; by default the cmdlet emits nothing.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ToriiService? client = null;
        try
        {
            client = new ToriiService(ReadOptions());
            ToriiConnection connection = Describe(client.Options, ReadIssuer());
            if (!SkipCheck)
            {
                Wait(client.Users.CheckAsync(Request with { FailFast = true }));
            }

            ConnectionStore.Add(connection, client);
            client = null;
            if (PassThru)
            {
                WriteObject(connection);
            }
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
        }
        finally
        {
            client?.Dispose();
        }
    }
}
