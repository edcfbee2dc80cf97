using System.Management.Automation;
using Torii.Client;
using Torii.Client.Http;
using Torii.Client.Input;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Merges metadata into the bags of users, organizations, memberships and invitations, and deletes keys of it. An object
/// or a row from the pipeline is a target only: the values are those of the command line.
/// </summary>
[Cmdlet(VerbsData.Update, "ToriiMetadata", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = PipelineSet)]
[OutputType(typeof(ToriiUser), typeof(ToriiOrganization), typeof(ToriiMembership), typeof(ToriiInvitation))]
public sealed class UpdateToriiMetadataCommand : ToriiChangeCommand
{
    private const string PipelineSet = "Pipeline";
    private const string UserSet = "User";
    private const string OrganizationSet = "Organization";
    private const string MembershipSet = "Membership";
    private const string InvitationSet = "Invitation";

    private static readonly FieldParameter<UpdateToriiMetadataCommand>[] Parameters =
    [
        new(Bag(nameof(Public)), static c => c.Public),
        new(Bag(nameof(Private)), static c => c.Private),
        new(Bag(nameof(Unsafe)), static c => c.Unsafe),
    ];

    private static readonly InputField[] Bags = [.. Parameters.Select(static p => p.Field)];

    private FieldParameters<UpdateToriiMetadataCommand> _fields = null!;
    private InputField[] _named = [];
    private ResourceBody? _same;
    private int _records;

    /// <summary>What to update: users, organizations, memberships, invitations, and rows of them.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true, ParameterSetName = PipelineSet)]
    [ResourceInputTransform]
    public object? InputObject { get; set; }

    /// <summary>The users to update; with -OrganizationId, their memberships.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UserSet)]
    [Parameter(Mandatory = true, ParameterSetName = MembershipSet)]
    [UserReferenceTransform]
    public ToriiUserReference[] UserId { get; set; } = [];

    /// <summary>The organizations to update; with -UserId, the one whose memberships are updated.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OrganizationSet)]
    [Parameter(Mandatory = true, ParameterSetName = MembershipSet)]
    [OrganizationReferenceTransform]
    [ArgumentCompleter(typeof(OrganizationCompleter))]
    public ToriiOrganizationReference[] OrganizationId { get; set; } = [];

    /// <summary>The invitations to update. They must be pending.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InvitationSet)]
    [InvitationReferenceTransform]
    public ToriiInvitationReference[] InvitationId { get; set; } = [];

    /// <summary>
    /// Public metadata to merge: a hashtable, another dictionary, an object, or a JSON object as text. A key that is null
    /// is deleted.
    /// </summary>
    [Parameter]
    [SensitiveArgumentTransform]
    public object? Public { get; set; }

    /// <summary>Private metadata to merge, which only a server sees. The values are those of -Public.</summary>
    [Parameter]
    [SensitiveArgumentTransform]
    public object? Private { get; set; }

    /// <summary>Metadata of a user to merge that the end-user can write. The values are those of -Public.</summary>
    [Parameter]
    [SensitiveArgumentTransform]
    public object? Unsafe { get; set; }

    /// <summary>
    /// The keys to delete, as paths: plan.tier. A path belongs to the one bag that the command names, or to the bag
    /// before it: Private:plan.tier. A backslash before a dot or a colon makes it a part of the key.
    /// </summary>
    [Parameter]
    [ValidateNotBlank]
    public object[]? RemoveKey { get; set; }

    /// <summary>Writes the resources that were updated. By default the cmdlet writes nothing.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Reads what is the same for every target, so that an error in it ends the command.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _fields = new FieldParameters<UpdateToriiMetadataCommand>(this, Parameters) { ReadsRows = false };
            _named = [.. Bags.Where(b => _fields.IsOnCommandLine(b.Name))];
            if (!Parameters.Select(p => SensitiveArgument.Reveal(p.Read(this))).Concat(RemoveKey ?? []).Any(static v => PlainInput.Unwrap(v) is ScriptBlock))
            {
                _same = Read(null);
            }

            if (ParameterSetName == MembershipSet && OrganizationId.Length > 1)
            {
                throw new ToriiException(ToriiErrorId.AmbiguousInput, $"-OrganizationId names {OrganizationId.Length} organizations, and -UserId the members of one.") { Variant = "severalOrganizations" };
            }
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e.For(null, NothingSent));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        (ToriiReference Reference, InputRecord? Record)[] targets = ParameterSetName switch
        {
            UserSet => [.. UserId.Select(static u => (u, (InputRecord?)null))],
            OrganizationSet => [.. OrganizationId.Select(static o => (o, (InputRecord?)null))],
            MembershipSet => [.. UserId.Select(u => (Membership(OrganizationId[0], u), (InputRecord?)null))],
            InvitationSet => [.. InvitationId.Select(static i => (i, (InputRecord?)null))],
            _ => [.. ((object?[]?)SensitiveArgument.Reveal(InputObject) ?? [null]).Select(static input => (Resolve(input), input as InputRecord))],
        };
        Waiting = targets.Length;
        foreach ((ToriiReference reference, InputRecord? record) in targets)
        {
            Waiting--;
            _records++;
            Process(new Target<ToriiReference>(reference, record is { Live: null } ? _records : null), record);
        }
    }

    private protected override void WriteResult(BulkItem item, object? result)
    {
        if (PassThru)
        {
            WriteFrom(item.Connection, (ToriiObject)result!);
        }
    }

    private static InputField Bag(string name) => new(name, InputFieldKind.Metadata) { Member = $"{name.ToLowerInvariant()}Metadata" };

    private static ToriiReference Resolve(object? input) => input switch
    {
        null => new ToriiUserReference(null, "") { Problem = new ToriiException(ToriiErrorId.InvalidId, "There is no object to update.") { Variant = "resource" } },
        InputRecord { Source: PSObject { BaseObject: ToriiReference reference } } => reference,
        InputRecord record => ResourceReferences.FromRecord(record),
        _ => new ToriiUserReference(null, input)
        {
            Label = $"{input}",
            Problem = new ToriiException(ToriiErrorId.AmbiguousInput, "An id alone does not tell what it names.") { Variant = "plainId" },
        },
    };

    /// <summary>The membership of a user in an organization; what is wrong with either of them is wrong with the membership.</summary>
    private static ToriiMembershipReference Membership(ToriiOrganizationReference organization, ToriiUserReference user)
    {
        ToriiException? problem = organization.Problem ?? user.Problem ?? FindSubstitute(user);
        if (user.ConnectionName is { } one && organization.ConnectionName is { } other && !string.Equals(one, other, StringComparison.OrdinalIgnoreCase))
        {
            problem ??= new ToriiException(
                ToriiErrorId.ConnectionMismatch,
                $"The user was read through the connection '{Redactor.RedactLine(one)}', and the organization through '{Redactor.RedactLine(other)}'.")
            {
                Variant = "membership",
            };
        }

        return new(organization.OrganizationId, user.UserId, user.Input)
        {
            ConnectionName = user.ConnectionName ?? organization.ConnectionName,
            Connection = user.Connection ?? organization.Connection,
            EnvironmentId = user.EnvironmentId ?? organization.EnvironmentId,
            Problem = problem,
        };
    }

    private void Process(Target<ToriiReference> target, InputRecord? record)
    {
        ResourceBody body = new();
        ToriiException? problem = FindSubstitute(target.Reference);
        if (problem is null && target.Reference.Problem is null)
        {
            try
            {
                RefuseValues(record);
                body = _same ?? Read(record);
                if (target.Reference is not ToriiUserReference && body.Members.Contains(Bags[^1].Member))
                {
                    throw Invalid("Only a user has unsafe metadata.", "unsafe");
                }
            }
            catch (ToriiException e)
            {
                problem = e;
            }
        }

        SubmitFor(target, problem, (service, connection) => CreateItem(service, connection, target, body));
    }

    /// <summary>The error for a session, a token or a membership in place of its user or its organization; null for what may be changed.</summary>
    private static ToriiException? FindSubstitute(ToriiReference reference) => reference switch
    {
        ToriiUserReference user => ToriiUserTargetCommand.FindSubstitute(user) ?? (user.IsToken ? Substitute("A token is not accepted in place of its user.", "session") : null),
        ToriiOrganizationReference { IsMembership: true } => Substitute("A membership is not accepted in place of its organization.", "membershipOrganization"),
        _ => null,
    };

    private static ToriiException Substitute(string problem, string variant) => new(ToriiErrorId.AmbiguousInput, problem) { Variant = variant };

    /// <summary>A column that has the name of a parameter looks like a value and is not one.</summary>
    private void RefuseValues(InputRecord? record)
    {
        if (record is { Live: null }
            && ((string[])[.. Bags.Select(static b => b.Name), nameof(RemoveKey)])
                .FirstOrDefault(n => !_fields.IsOnCommandLine(n) && record.Has(n) && !InputFields.IsEmpty(record.Value(n))) is { } column)
        {
            throw new ToriiException(ToriiErrorId.InvalidRequest, $"The column {column} is not used: a row names the target only.")
            {
                Variant = "valueColumn",
                Details = new Dictionary<string, string> { ["name"] = column },
            };
        }
    }

    /// <summary>What is sent for a record.</summary>
    /// <exception cref="ToriiException"><c>Torii.InvalidRequest</c>.</exception>
    private ResourceBody Read(InputRecord? record)
    {
        ResourceBody body = new();
        _fields.Read(record, body);
        foreach (object? path in (RemoveKey ?? []).SelectMany(key => PathsOf(key, record)))
        {
            MetadataKeyPath.Remove(
                path is string text && !string.IsNullOrWhiteSpace(text) ? text : throw Invalid("-RemoveKey is not the path of a key as text.", "removeKey"),
                Bags,
                _named,
                body);
        }

        return body.Values.Values.Any(static bag => bag is ToriiMetadata { Count: > 0 }) ? body : throw Invalid("There is no metadata to set or to delete.", "noMetadata");
    }

    private static object?[] PathsOf(object? key, InputRecord? record) =>
        PlainInput.Of(PlainInput.Unwrap(key) is ScriptBlock script ? FieldParameters<UpdateToriiMetadataCommand>.Evaluate(nameof(RemoveKey), script, record) : key) switch
        {
            object?[] many => many,
            var one => [one],
        };

    private BulkItem CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiReference> target, ResourceBody body)
    {
        (ResourceKind kind, Func<RequestContext, Task<ToriiObject>> update) = Operation(service, target.Reference, body);
        WarnOfSize(service, kind, body, target.Reference.Label, target.Row);
        // -WhatIf shows the values; -Verbose, which logs keep, only the names of the keys.
        string what = IsWhatIf ? body.ToDisplay() : $"({Redactor.RedactLine(string.Join("; ", Bags.Where(b => body.Members.Contains(b.Member)).Select(b => $"{b.Name}: {KeysOf(body, b)}")))})";
        return target.ToItem(connection, $"Update {kind.ToString().ToLowerInvariant()} metadata{(IsWhatIf ? ":" : "")} {what}", async context => await update(context).ConfigureAwait(false));
    }

    private static string KeysOf(ResourceBody body, InputField bag) => string.Join(", ", ((ToriiMetadata)body.Values[bag.Member]!).Keys);

    private static (ResourceKind Kind, Func<RequestContext, Task<ToriiObject>> Update) Operation(IIdentityService service, ToriiReference reference, ResourceBody body)
    {
        switch (reference)
        {
            case ToriiOrganizationReference organization:
                IOrganizationService organizations = Require(service, service.Organizations, "organizations");
                return (ResourceKind.Organization, async context => await organizations.UpdateMetadataAsync(organization.OrganizationId, body, context).ConfigureAwait(false));
            case ToriiMembershipReference membership:
                IOrganizationService memberships = Require(service, service.Organizations, "organizations");
                return (ResourceKind.Membership, async context =>
                    await memberships.UpdateMembershipMetadataAsync(membership.OrganizationId, membership.UserId, body, context).ConfigureAwait(false));
            case ToriiInvitationReference invitation:
                IInvitationService invitations = Require(service, service.Invitations, "invitations");
                return (ResourceKind.Invitation, async context => await invitations.UpdateMetadataAsync(invitation.InvitationId, body, context).ConfigureAwait(false));
            default:
                string userId = ((ToriiUserReference)reference).UserId;
                return (ResourceKind.User, async context => await service.Users.UpdateMetadataAsync(userId, body, context).ConfigureAwait(false));
        }
    }

    private static ToriiException Invalid(string problem, string variant) => new(ToriiErrorId.InvalidRequest, problem) { Variant = variant };
}
