using System.Management.Automation;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Finds end-users: by id, by exact address, or by a search that streams every page. A filter that is empty is an
/// error, never everybody.
/// </summary>
[Cmdlet(VerbsCommon.Get, "ToriiUser", DefaultParameterSetName = SearchSet)]
[OutputType(typeof(ToriiUser))]
public sealed partial class GetToriiUserCommand : ToriiBulkCommand
{
    private const string SearchSet = "Search";
    private const string IdSet = "Id";
    private const string EmailAddressSet = "EmailAddress";

    /// <summary>What comes down the pipeline.</summary>
    [Parameter(ParameterSetName = IdSet, ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The users' ids; users and rows with a UserId are taken too.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [UserIdTransform]
    [ValidateId("user")]
    public string[] UserId { get; set; } = [];

    /// <summary>Exact primary addresses, in any case; one that nobody has is an error of its own.</summary>
    [Parameter(ParameterSetName = EmailAddressSet, Mandatory = true)]
    [ValidateNotBlank]
    public string[] EmailAddress { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case SearchSet:
                Search(DefaultConnection());
                break;
            case EmailAddressSet:
                LookUp(DefaultConnection(), EmailAddress);
                break;
            default:
                foreach (string id in UserId)
                {
                    if (ConnectionFor(UserIdTransformAttribute.SourceOf(id, InputObject)) is { } connection)
                    {
                        LookUp(connection, [id]);
                    }
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        SubmitBatch();
        base.EndProcessing();
    }
}
