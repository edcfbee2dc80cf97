using System.Management.Automation;
using Torii.Client;
using Torii.Client.Input;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Changes users: sets the fields that are named, clears those that <c>-Clear</c> or a switch names, and leaves all
/// others alone. Of a row, every cell that is not empty is sent; of a live user, the id only.
/// </summary>
[Cmdlet(VerbsCommon.Set, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[Alias("Update-ToriiUser")]
[OutputType(typeof(ToriiUser))]
public sealed class SetToriiUserCommand : ToriiUserTargetCommand
{
    private static readonly (InputField Field, Func<SetToriiUserCommand, object?> Read, Func<SetToriiUserCommand, bool> IsCleared)[] Clearable =
    [
        (new(nameof(Name)) { IsClearable = true }, static c => c.Name, static c => c.ClearName),
        (new(nameof(FirstName)) { IsClearable = true }, static c => c.FirstName, static c => c.ClearFirstName),
        (new(nameof(LastName)) { IsClearable = true }, static c => c.LastName, static c => c.ClearLastName),
        (new(nameof(Phone)) { IsClearable = true }, static c => c.Phone, static c => c.ClearPhone),
        (new(nameof(Locale)) { IsClearable = true }, static c => c.Locale, static c => c.ClearLocale),
        (new(nameof(Address)) { IsClearable = true }, static c => c.Address, static c => c.ClearAddress),
        (new(nameof(DateOfBirth), InputFieldKind.Date) { IsClearable = true }, static c => c.DateOfBirth, static c => c.ClearDateOfBirth),
        (new(nameof(UserName)) { IsClearable = true }, static c => c.UserName, static c => c.ClearUserName),
    ];

    private static readonly FieldParameter<SetToriiUserCommand>[] Parameters =
    [
        .. Clearable.Select(static c => new FieldParameter<SetToriiUserCommand>(c.Field, c.Read)),
        new(new(nameof(UnsafeMetadata), InputFieldKind.Metadata), static c => c.UnsafeMetadata),
        new(new(nameof(Role), InputFieldKind.Texts), static c => c.Role),
        new(new(nameof(EmailVerified), InputFieldKind.Boolean), static c => c.EmailVerified),
    ];

    private static readonly string[] Keys = [nameof(UserId), "Id", nameof(ToriiObject.ConnectionName), nameof(ToriiUser.EnvironmentId)];

    private FieldParameters<SetToriiUserCommand> _fields = null!;

    /// <summary>Full name. Contracts from 0.0.12 derive it from FirstName and LastName and do not set it.</summary>
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

    /// <summary>Language of emails and pages: en or da.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(LocaleCompleter))]
    public string? Locale { get; set; }

    /// <summary>Postal address as free text; contracts before 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Address { get; set; }

    /// <summary>Date of birth: a date object or yyyy-MM-dd; contracts before 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? DateOfBirth { get; set; }

    /// <summary>
    /// Metadata that the end-user may write: a hashtable, or a JSON object as text. It is deep-merged; a key that is
    /// null is deleted. Contracts from 0.0.12.
    /// </summary>
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

    /// <summary>The fields to clear, by name; in a row separated by commas.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ClearableFieldCompleter))]
    public string[]? Clear { get; set; }

    /// <summary>Clears the name.</summary>
    [Parameter]
    public SwitchParameter ClearName { get; set; }

    /// <summary>Clears the given name.</summary>
    [Parameter]
    public SwitchParameter ClearFirstName { get; set; }

    /// <summary>Clears the family name.</summary>
    [Parameter]
    public SwitchParameter ClearLastName { get; set; }

    /// <summary>Clears the telephone number.</summary>
    [Parameter]
    public SwitchParameter ClearPhone { get; set; }

    /// <summary>Clears the language.</summary>
    [Parameter]
    public SwitchParameter ClearLocale { get; set; }

    /// <summary>Clears the postal address.</summary>
    [Parameter]
    public SwitchParameter ClearAddress { get; set; }

    /// <summary>Clears the date of birth.</summary>
    [Parameter]
    public SwitchParameter ClearDateOfBirth { get; set; }

    /// <summary>Clears the user name; not for torii.</summary>
    [Parameter]
    public SwitchParameter ClearUserName { get; set; }

    /// <summary>Also changes the roles of the account of the connection itself.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _fields = new FieldParameters<SetToriiUserCommand>(this, Parameters);
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e.For(null, NothingSent));
        }
    }

    private protected override BulkItem? CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target)
    {
        ResourceBody body = new();
        string action;
        try
        {
            if (Record?.Properties.Select(static p => p.Key).FirstOrDefault(static n => Clearable.Any(c => string.Equals(n, $"Clear{c.Field.Name}", StringComparison.OrdinalIgnoreCase))) is { } column)
            {
                throw new ToriiException(ToriiErrorId.InvalidRequest, $"The column '{column}' is not used; the column Clear names the fields to clear.");
            }

            _fields.Read(RecordOfFields(target), body);
            if (!_fields.IsOnCommandLine(nameof(Name)) && (body.Members.Contains("firstName") || body.Members.Contains("lastName")))
            {
                // A row with name parts was exported from a contract that derives the full name from them.
                body.Remove("name");
            }

            AddClears(body);
            // -WhatIf shows the values; -Verbose, which logs keep, only the names of the fields.
            action = IsWhatIf ? $"Update user: {body.ToDisplay()}" : $"Update user ({string.Join(", ", body.Members)})";
        }
        catch (ToriiException e)
        {
            Reject(e, target.Reference.Input, target.Reference.Label, target.Row);
            return null;
        }

        if (body.Members.Count == 0 && RecordOfFields(target) is { } record && _fields.FindUnused(record, [nameof(Clear)], Keys) is { } unused)
        {
            Reject(unused, target.Reference.Input, target.Reference.Label, target.Row);
            return null;
        }

        if (body.Members.Count == 0)
        {
            WriteWarning($"{BulkItem.LabelOf(target.Reference.Label, target.Row)}: there is nothing to set or clear. No request was sent for it.");
            return null;
        }

        WarnOfSize(service, ResourceKind.User, body, target.Reference.Label, target.Row);
        return target.ToItem(connection, action, async context => await service.Users.UpdateAsync(target.Reference.UserId, body, context with { AllowsOwnAccount = Force }).ConfigureAwait(false));
    }

    /// <summary>A live user or token binds its id only: its other values are those of the time at which it was read.</summary>
    private InputRecord? RecordOfFields(Target<ToriiUserReference> target) => Record is { Live: null } record && !target.Reference.IsToken ? record : null;

    private void AddClears(ResourceBody body)
    {
        foreach (InputField field in Clearable.Where(c => c.IsCleared(this)).Select(static c => c.Field).Concat(NamedFields()).Distinct())
        {
            if (body.Members.Contains(field.Member))
            {
                throw new ToriiException(ToriiErrorId.InvalidRequest, $"{field.Name} is both set and cleared.")
                {
                    Variant = "setAndCleared",
                    Details = new Dictionary<string, string> { ["name"] = field.Name },
                };
            }

            body.Clear(field.Member);
        }
    }

    private IEnumerable<InputField> NamedFields()
    {
        if (_fields.IsOnCommandLine(nameof(Clear)) && (Clear is null || Clear.All(string.IsNullOrWhiteSpace)))
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, "-Clear is empty.") { Variant = "clearEmpty" };
        }

        return (Clear ?? [])
            .SelectMany(static c => c.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(static name => Clearable.Select(static c => c.Field).FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase))
                ?? throw new ToriiException(ToriiErrorId.InvalidRequest, $"'{Client.Http.Redactor.RedactLine(name)}' is not a field that can be cleared.")
                {
                    Variant = "notClearable",
                    Details = new Dictionary<string, string> { ["fields"] = string.Join(", ", Clearable.Select(static c => c.Field.Name)) },
                });
    }
}
