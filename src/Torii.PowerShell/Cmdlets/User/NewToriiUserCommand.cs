using System.Management.Automation;
using Torii.Client;
using Torii.Client.Input;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Creates users, from parameters or from rows, and writes them. A user without an email address cannot sign in with one.</summary>
[Cmdlet(VerbsCommon.New, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiUser))]
public sealed class NewToriiUserCommand : ToriiChangeCommand
{
    private static readonly FieldParameter<NewToriiUserCommand>[] Parameters =
    [
        new(new(nameof(Email)), static c => c.Email),
        new(new(nameof(Password), InputFieldKind.Secret), static c => c.Password),
        new(new(nameof(Name)), static c => c.Name),
        new(new(nameof(FirstName)), static c => c.FirstName),
        new(new(nameof(LastName)), static c => c.LastName),
        new(new(nameof(Phone)), static c => c.Phone),
        new(new(nameof(Address)), static c => c.Address),
        new(new(nameof(DateOfBirth), InputFieldKind.Date), static c => c.DateOfBirth),
        new(new(nameof(PublicMetadata), InputFieldKind.Metadata), static c => c.PublicMetadata),
        new(new(nameof(PrivateMetadata), InputFieldKind.Metadata), static c => c.PrivateMetadata),
        new(new(nameof(UnsafeMetadata), InputFieldKind.Metadata), static c => c.UnsafeMetadata),
        new(new(nameof(Role), InputFieldKind.Texts), static c => c.Role),
        new(new(nameof(UserName)), static c => c.UserName),
        new(new(nameof(EmailVerified), InputFieldKind.Boolean), static c => c.EmailVerified),
    ];

    private FieldParameters<NewToriiUserCommand> _fields = null!;
    private int _records;

    /// <summary>The object from the pipeline.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    [InputRecordTransform]
    public object? InputObject { get; set; }

    /// <summary>The primary email address, with which the user signs in.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string? Email { get; set; }

    /// <summary>The initial password, a SecureString or a string; the policy of the environment applies. Default: none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecretTransform]
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

    /// <summary>Postal address as free text; contracts before 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Address { get; set; }

    /// <summary>Date of birth: a date object or yyyy-MM-dd; contracts before 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? DateOfBirth { get; set; }

    /// <summary>Metadata that the client of the user may read: a hashtable or a JSON object; contracts from 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? PublicMetadata { get; set; }

    /// <summary>Metadata that only a server sees: a hashtable or a JSON object; contracts from 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? PrivateMetadata { get; set; }

    /// <summary>Metadata that the end-user may write: a hashtable or a JSON object; contracts from 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? UnsafeMetadata { get; set; }

    /// <summary>The roles that the user has everywhere, or one text with commas; not for torii, where members of organizations have roles.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? Role { get; set; }

    /// <summary>The name that the user signs in with; not for torii.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? UserName { get; set; }

    /// <summary>Whether the email address counts as verified: true or false; not for torii.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? EmailVerified { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _fields = new FieldParameters<NewToriiUserCommand>(this, Parameters);
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
        object? input = record?.Source;
        ResourceBody body = new();
        string action;
        try
        {
            if (record?.Is<ToriiUnverifiedToken>() == true)
            {
                throw new ToriiException(ToriiErrorId.InvalidRequest, "The claims of an unverified token do not describe a user.");
            }

            _fields.Read(record, body);
            if (body.Members.Contains("password") && !body.Members.Contains("email"))
            {
                throw new ToriiException(ToriiErrorId.InvalidRequest, "A password without an email address: the user could not sign in.")
                {
                    Variant = "passwordOnly",
                };
            }

            action = IsWhatIf ? $"Create user: {body.ToDisplay()}" : $"Create user ({string.Join(", ", body.Members)})";
        }
        catch (ToriiException e)
        {
            Reject(e, input, LabelOf(body) ?? record?.Text(nameof(Email)) ?? record?.Text(nameof(Name)) ?? Email?.Trim() ?? "", row);
            return;
        }

        if (body.Members.Count == 0 && InputObject is not null && _fields.FindUnused(record, [], []) is { } unused)
        {
            Reject(unused, input, "", row);
            return;
        }

        if (body.Members.Count == 0)
        {
            WriteWarning($"{(row is null ? "" : $"Row {row}: ")}There are no values for a new user. No request was sent for it.");
            return;
        }

        string label = LabelOf(body) ?? "a user without an email address";
        ToriiConnection connection = DefaultConnection();
        IIdentityService service = ServiceOf(connection);
        WarnOfSize(service, ResourceKind.User, body, label, row);
        Submit(new BulkItem
        {
            Connection = connection,
            Key = body.Members.Contains("email") ? label : null,
            Target = label,
            Action = action,
            Input = input ?? label,
            Row = row,
            Work = async context => await service.Users.CreateAsync(body, context).ConfigureAwait(false),
        });
    }

    private protected override void WriteResult(BulkItem item, object? result) => WriteFrom(item.Connection, (ToriiUser)result!);

    private static string? LabelOf(ResourceBody body) => body.Text("email") ?? body.Text("name") ?? body.Text("firstName");
}
