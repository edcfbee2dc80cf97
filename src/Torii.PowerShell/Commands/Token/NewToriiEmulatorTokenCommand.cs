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
public sealed class NewToriiEmulatorTokenCommand : ToriiBulkCommand
{
    private ToriiMetadata? _claims;
    private ToriiConnection? _emulated;
    private bool _rotated;

    /// <summary>The pipeline input.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The ids of the users. Users and rows with a UserId are accepted.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [UserIdTransform]
    [ValidateId("user")]
    public string[] UserId { get; set; } = [];

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

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in UserId)
        {
            PSObject? source = UserIdTransformAttribute.SourceOf(id, InputObject);
            if ((_emulated ?? ConnectionFor(source)) is not { } connection)
            {
                continue;
            }

            if (TokensOf(connection, source ?? (object)id) is not { } tokens)
            {
                continue;
            }

            Rotate(tokens);
            EmulatorTokenRequest request = new() { UserId = id, Claims = _claims, ExpiresInSec = ExpiresInSec, KeyId = KeyId, OtherKey = OtherKey };
            Submit(new BulkItem
            {
                Connection = connection,
                Target = id,
                Action = "Create a token",
                Input = source ?? (object)id,
                Work = async context => await tokens.IssueAsync(request, context).ConfigureAwait(false),
            });
        }
    }

    private protected override void WriteResult(BulkItem item, object? result) => WriteObject(result);

    private EmulatorTokenService? TokensOf(ToriiConnection connection, object input)
    {
        try
        {
            return EmulatorTokenService.For(ClientOf(connection));
        }
        catch (ToriiException e)
        {
            Reject(e, input);
            return null;
        }
    }

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
