using System.Management.Automation;
using Torii.Client;
using Torii.Client.Users;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Changes users: sets what is named, clears what a switch or <c>-Clear</c> names, and leaves all else alone. From a
/// row, every cell that is not empty is sent; from a live user, its id alone.
/// </summary>
[Cmdlet(VerbsCommon.Set, "ToriiUser", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[Alias("Update-ToriiUser")]
[OutputType(typeof(ToriiUser))]
public sealed partial class SetToriiUserCommand : ToriiUserTargetCommand
{
    private static readonly UserField[] Fields = [.. Clearable, new(nameof(UnsafeMetadata), UserFieldKind.Metadata)];

    private UserFieldReader? _reader;

    /// <summary>Full name. Contracts from 0.0.12 cannot set it: there it is made of FirstName and LastName.</summary>
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

    /// <summary>Language of mails and pages: en or da.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(LocaleCompleter))]
    public string? Locale { get; set; }

    /// <summary>Postal address, free text; contracts before 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Address { get; set; }

    /// <summary>Date of birth: a date object or yyyy-MM-dd; contracts before 0.0.12.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? DateOfBirth { get; set; }

    /// <summary>
    /// Metadata that the end-user may write, merged deeply into what is there; a key that is null is deleted. A
    /// hashtable, or a JSON object as text; contracts from 0.0.12.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public object? UnsafeMetadata { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _reader = new UserFieldReader(this, Fields);
    }

    private protected override BulkItem? CreateItem(ToriiService client, UserTarget target)
    {
        ResourceBody body = new();
        string action;
        try
        {
            _reader!.Read(body, InputObject);
            AddClears(body);
            // -WhatIf shows the values; -Verbose, which logs keep, only names the fields.
            action = IsWhatIf ? $"Update user: {body.ToDisplay()}" : $"Update user ({string.Join(", ", body.Fields)})";
        }
        catch (ToriiException e)
        {
            Reject(e, target.Input);
            return null;
        }

        if (body.Fields.Count == 0)
        {
            WriteWarning($"Nothing was named to set or clear for user {target.Label}, so nothing was sent.");
            return null;
        }

        return target.ToItem(action, async context => await client.Users.UpdateAsync(target.UserId, body, context).ConfigureAwait(false));
    }
}
