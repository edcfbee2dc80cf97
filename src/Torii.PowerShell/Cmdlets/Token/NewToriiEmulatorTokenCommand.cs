using System.Collections;
using System.Management.Automation;
using Torii.Client;
using Torii.Client.Emulator;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Commands;

/// <summary>Creates tokens of the emulator's users, valid or invalid in a chosen way, to test a service with.</summary>
[Cmdlet(VerbsCommon.New, "ToriiEmulatorToken")]
[OutputType(typeof(string))]
public sealed class NewToriiEmulatorTokenCommand : ToriiUserReadCommand
{
    private ToriiMetadata? _claims;
    private ToriiConnection? _emulated;
    private bool _rotated;

    /// <summary>Claims to set, by name. A claim with the value $null is removed from the token.</summary>
    [Parameter]
    [Alias("Claims")]
    [ValidateNotNull]
    public IDictionary? Claim { get; set; }

    /// <summary>The lifetime in seconds; a negative value creates an expired token. Default: 300.</summary>
    [Parameter]
    public int ExpiresInSec { get; set; } = 300;

    /// <summary>The key id (kid) of the header, whichever key signs. Default: the id of the signing key.</summary>
    [Parameter]
    [ValidateNotBlank]
    public string? KeyId { get; set; }

    /// <summary>Signs with a key that the issuer does not publish.</summary>
    [Parameter]
    public SwitchParameter OtherKey { get; set; }

    /// <summary>Makes the emulator use a new key from the first token on. Earlier keys stay published.</summary>
    [Parameter]
    public SwitchParameter RotateKey { get; set; }

    /// <summary>The emulator. Default: that of the connection; without a connection, the only emulator that this process runs.</summary>
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

    private protected override ToriiConnection? ConnectionFor(ToriiReference target, int? row) => _emulated ?? base.ConnectionFor(target, row);

    private protected override BulkItem? CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target)
    {
        try
        {
            EmulatorTokenService tokens = EmulatorTokenService.For(service);
            Rotate(tokens);
            EmulatorTokenRequest request = new() { UserId = target.Reference.UserId, Claims = _claims, ExpiresInSec = ExpiresInSec, KeyId = KeyId, OtherKey = OtherKey };
            return target.ToItem(connection, "Create a token", async context => await tokens.IssueAsync(request, context).ConfigureAwait(false));
        }
        catch (ToriiException e) when (e.ErrorId == ToriiErrorId.NotAnEmulator)
        {
            Reject(e, target.Reference.Input, "", target.Row);
            return null;
        }
    }

    private protected override void WriteResult(BulkItem item, object? result) => WriteObject(result);

    private void Rotate(EmulatorTokenService tokens)
    {
        if (!RotateKey || _rotated)
        {
            return;
        }

        _rotated = true;
        try
        {
            WriteVerbose($"The emulator signs with the key {Wait(tokens.RotateKeyAsync(Request))}");
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e);
        }
    }
}
