using System.Collections;
using System.Management.Automation;
using Torii.Client;
using Torii.Client.Services;
using Torii.Client.Tokens;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Commands;

/// <summary>Mints tokens of the emulator's users, good ones and ones that are wrong in a chosen way, to test a service with.</summary>
[Cmdlet(VerbsCommon.New, "ToriiEmulatorToken")]
[OutputType(typeof(string))]
public sealed class NewToriiEmulatorTokenCommand : ToriiUserReadCommand
{
    private ToriiMetadata? _claims;
    private ToriiConnection? _emulated;
    private bool _rotated;

    /// <summary>Claims to set, by name; one whose value is $null is left out of the token.</summary>
    [Parameter]
    [Alias("Claims")]
    [ValidateNotNull]
    public IDictionary? Claim { get; set; }

    /// <summary>In how many seconds the token expires; less than 0 is in the past. Default 300.</summary>
    [Parameter]
    public int ExpiresInSec { get; set; } = 300;

    /// <summary>The key that the header names (kid), whatever key signs. Default: the name of the key that does.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string? KeyId { get; set; }

    /// <summary>Signs with a key that the issuer does not have.</summary>
    [Parameter]
    public SwitchParameter OtherKey { get; set; }

    /// <summary>Gives the emulator a new key before the first token; the earlier ones stay valid.</summary>
    [Parameter]
    public SwitchParameter RotateKey { get; set; }

    /// <summary>The emulator. Default: the connection's; without a connection, the only one that this process runs.</summary>
    [Parameter]
    [ValidateNotNull]
    public ToriiEmulator? Emulator { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _claims = (ToriiMetadata?)PlainInput.Of(Claim);
            _emulated = EmulatorConnection.Choose(Emulator, HasConnection);
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
        }
    }

    private protected override ToriiConnection? ChooseConnection(UserTarget target) => _emulated ?? base.ChooseConnection(target);

    private protected override BulkItem CreateItem(IIdentityService service, ToriiConnection connection, UserTarget target)
    {
        ToriiService client = (ToriiService)service;
        Rotate(client);
        EmulatorTokenRequest request = new() { UserId = target.User.UserId, Claims = _claims, ExpiresInSec = ExpiresInSec, KeyId = KeyId, OtherKey = OtherKey };
        return target.ToItem(connection, "Mint a token", async context => await client.EmulatorTokens.MintAsync(request, context).ConfigureAwait(false));
    }

    private protected override void WriteResult(BulkItem item, object? result) => WriteObject(result);

    private void Rotate(ToriiService client)
    {
        if (!RotateKey || _rotated)
        {
            return;
        }

        _rotated = true;
        try
        {
            WriteVerbose($"The emulator signs with {Wait(client.EmulatorTokens.RotateKeyAsync(Request))} now");
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
        }
    }
}
