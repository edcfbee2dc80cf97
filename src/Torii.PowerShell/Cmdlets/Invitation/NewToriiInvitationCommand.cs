using System.Management.Automation;
using Torii.Client;
using Torii.Client.Input;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Creates invitations, from parameters or from rows, and writes them. The service sends each an email.</summary>
[Cmdlet(VerbsCommon.New, "ToriiInvitation", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiInvitation))]
public sealed class NewToriiInvitationCommand : ToriiChangeCommand
{
    private static readonly FieldParameter<NewToriiInvitationCommand>[] Parameters =
    [
        new(new(nameof(Email)), static c => c.Email),
        new(new(nameof(ExpiresInDays), InputFieldKind.WholeNumber), static c => c.ExpiresInDays),
        new(new(nameof(RedirectUrl)), static c => c.RedirectUrl),
        new(new(nameof(PublicMetadata), InputFieldKind.Metadata), static c => c.PublicMetadata),
        new(new(nameof(PrivateMetadata), InputFieldKind.Metadata), static c => c.PrivateMetadata),
        new(new(nameof(OrganizationId)), static c => c.OrganizationId),
        new(new(nameof(Role)), static c => c.Role),
    ];

    private FieldParameters<NewToriiInvitationCommand> _fields = null!;
    private int _records;

    /// <summary>The object from the pipeline.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    [InputRecordTransform]
    public object? InputObject { get; set; }

    /// <summary>The email address to invite.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string? Email { get; set; }

    /// <summary>The lifetime in days. Default: that of the environment.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? ExpiresInDays { get; set; }

    /// <summary>The address to which the user is redirected after signing up. Default: that of the environment.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? RedirectUrl { get; set; }

    /// <summary>Metadata for the new user that the user's client may read: a hashtable or a JSON object.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? PublicMetadata { get; set; }

    /// <summary>Metadata for the new user that only a server sees: a hashtable or a JSON object.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? PrivateMetadata { get; set; }

    /// <summary>The id of the organization that the invitee joins; not for torii.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? OrganizationId { get; set; }

    /// <summary>The role in the organization, or several with commas; not for torii.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Role { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _fields = new FieldParameters<NewToriiInvitationCommand>(this, Parameters);
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e.For(null, NothingSent));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _records++;
        InputRecord? record = UserTargets.RecordOf(InputObject);
        int? row = record is null ? null : _records;
        ResourceBody body = new();
        string action;
        try
        {
            _fields.Read(record, body);
            if (body.Text("organizationId") is { } organization
                && ServiceOf(DefaultConnection()).FindIdProblem(ResourceKind.Organization, organization) is { } problem)
            {
                throw new ToriiException(ToriiErrorId.InvalidId, problem);
            }

            if (!body.Members.Contains("email"))
            {
                throw new ToriiException(ToriiErrorId.InvalidRequest, "There is no email address to invite.") { Variant = "noEmail" };
            }

            action = IsWhatIf ? $"Create invitation: {body.ToDisplay()}" : $"Create invitation ({string.Join(", ", body.Members)})";
        }
        catch (ToriiException e)
        {
            Reject(e, record?.Source, body.Text("email") ?? record?.Text(nameof(Email)) ?? Email?.Trim() ?? "", row);
            return;
        }

        string email = body.Text("email")!;
        ToriiConnection connection = DefaultConnection();
        IIdentityService service = ServiceOf(connection);
        WarnOfSize(service, ResourceKind.Invitation, body, email, row);
        Submit(new BulkItem
        {
            Connection = connection,
            Key = email,
            Target = email,
            Action = action,
            Input = record?.Source ?? email,
            Row = row,
            Work = async context => await Require(service, service.Invitations, "invitations").CreateAsync(body, context).ConfigureAwait(false),
        });
    }

    private protected override void WriteResult(BulkItem item, object? result) => WriteFrom(item.Connection, (ToriiInvitation)result!);
}
