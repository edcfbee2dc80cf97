using System.Management.Automation;
using Torii.Client;
using Torii.Client.Users;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Creates users, from parameters or from rows, and emits them. A user without an address cannot sign in with one.
/// </summary>
[Cmdlet(VerbsCommon.New, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiUser))]
public sealed class NewToriiUserCommand : ToriiMutatingCommand
{
    private static readonly UserField[] Fields =
    [
        new(nameof(Email)), new(nameof(Password), UserFieldKind.Secret), new(nameof(Name)), new(nameof(FirstName)), new(nameof(LastName)),
        new(nameof(Phone)), new(nameof(Address)), new(nameof(DateOfBirth), UserFieldKind.Date),
        new(nameof(PublicMetadata), UserFieldKind.Metadata), new(nameof(PrivateMetadata), UserFieldKind.Metadata), new(nameof(UnsafeMetadata), UserFieldKind.Metadata),
    ];

    private UserFieldReader? _reader;

    /// <summary>What comes down the pipeline.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Primary address, with which the user signs in.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string? Email { get; set; }

    /// <summary>Initial password, SecureString or text; the environment's policy applies. Without it the user has none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecretTransform(TakesCells = true)]
    public object? Password { get; set; }

    /// <summary>Full name; contracts before 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Name { get; set; }

    /// <summary>Given name; contracts from 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? FirstName { get; set; }

    /// <summary>Family name; contracts from 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? LastName { get; set; }

    /// <summary>Telephone number; contracts before 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Phone { get; set; }

    /// <summary>Postal address, free text; contracts before 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Address { get; set; }

    /// <summary>Date of birth: a date object or yyyy-MM-dd; contracts before 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? DateOfBirth { get; set; }

    /// <summary>Metadata that the user's client may read: a hashtable or a JSON object; contracts from 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? PublicMetadata { get; set; }

    /// <summary>Metadata that only a server sees: a hashtable or a JSON object; contracts from 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? PrivateMetadata { get; set; }

    /// <summary>Metadata that the end-user may write: a hashtable or a JSON object; contracts from 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? UnsafeMetadata { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _reader = new UserFieldReader(this, Fields);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ResourceBody body = new();
        string action;
        // Errors carry what came, and are printed with all of it.
        PSObject? input = PipelineInput.Without(InputObject, nameof(Password));
        try
        {
            _reader!.Read(body, InputObject, takesLiveUsers: true);
            action = IsWhatIf ? $"Create user: {body.ToDisplay()}" : $"Create user ({string.Join(", ", body.Fields)})";
        }
        catch (ToriiException e)
        {
            Reject(e, input);
            return;
        }

        if (body.Fields.Count == 0)
        {
            WriteWarning("Nothing was given of the user to create, so nothing was sent.");
            return;
        }

        ToriiConnection connection = DefaultConnection();
        ToriiService client = ClientOf(connection);
        string label = new[] { Email, Name, FirstName }.FirstOrDefault(static t => !string.IsNullOrWhiteSpace(t)) ?? "a user without an address";
        Submit(new BulkItem
        {
            Connection = connection,
            Key = string.IsNullOrWhiteSpace(Email) ? null : Email,
            Target = label,
            Action = action,
            Input = input ?? (object)label,
            Work = async context => await client.Users.CreateAsync(body, context).ConfigureAwait(false),
        });
    }

    private protected override void WriteResult(BulkItem item, object? result) => WriteFrom(item.Connection, (ToriiUser)result!);
}
