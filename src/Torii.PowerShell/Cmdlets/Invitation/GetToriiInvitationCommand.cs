using System.Management.Automation;
using Torii.Client;
using Torii.Client.Http;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Gets invitations: by id, or by a search that reads every page. A filter that is empty is an error, never every invitation.</summary>
[Cmdlet(VerbsCommon.Get, "ToriiInvitation", DefaultParameterSetName = SearchSet)]
[OutputType(typeof(ToriiInvitation))]
public sealed class GetToriiInvitationCommand : ToriiSearchCommand
{
    private InvitationTargets _targets = null!;

    /// <summary>The object from the pipeline.</summary>
    [Parameter(ParameterSetName = IdSet, ValueFromPipeline = true, DontShow = true)]
    [InputRecordTransform]
    public object? InputObject { get; set; }

    /// <summary>The invitations: ids, invitations, or rows with an InvitationId.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Id")]
    [InvitationReferenceTransform]
    public ToriiInvitationReference[] InvitationId { get; set; } = [];

    /// <summary>Gets only invitations with one of these statuses.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateNotBlank]
    [ArgumentCompleter(typeof(InvitationStatusCompleter))]
    public string[]? Status { get; set; }

    /// <summary>Gets only invitations of email addresses that contain this text, ignoring case.</summary>
    [Parameter(ParameterSetName = SearchSet)]
    [ValidateNotBlank]
    public new string? Search { get; set; }

    /// <summary>The maximum number of requests at once. Default: 8.</summary>
    [Parameter(ParameterSetName = IdSet)]
    [ValidateRange(1, 64)]
    public override int ThrottleLimit { get; set; } = 8;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _targets = new InvitationTargets(MyInvocation, nameof(InvitationId));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == SearchSet)
        {
            base.Search(service => Invitations(service).SearchAsync(ReadQuery(service), Request));
            return;
        }

        foreach (Target<ToriiInvitationReference> target in _targets.Resolve(InvitationId, InputObject))
        {
            SubmitFor(target, null, (service, connection) =>
            {
                IInvitationService invitations = Invitations(service);
                return target.ToItem(
                    connection, "Get invitation", async context => await invitations.GetAsync(target.Reference.InvitationId, context).ConfigureAwait(false));
            });
        }
    }

    private InvitationQuery ReadQuery(IIdentityService service)
    {
        IReadOnlyList<string> known = service.Info.InvitationStatuses;
        return new InvitationQuery
        {
            Search = Search?.Trim(),
            Statuses = [.. (Status ?? []).Select(status => known.FirstOrDefault(k => string.Equals(k, status, StringComparison.OrdinalIgnoreCase))
                ?? throw new ToriiException(ToriiErrorId.InvalidRequest, $"'{Redactor.RedactLine(status)}' is not a status of an invitation. {NothingSent}")
                {
                    Variant = "status",
                    Details = new Dictionary<string, string> { ["statuses"] = string.Join(", ", known) },
                })],
            First = Wanted,
            PageSize = PageSize,
            Cursor = Cursor,
        };
    }

    private static IInvitationService Invitations(IIdentityService service) => Require(service, service.Invitations, "invitations");
}
