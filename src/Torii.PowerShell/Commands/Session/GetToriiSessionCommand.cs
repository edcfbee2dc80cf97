using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>Shows users' live sessions, the most recently used first.</summary>
[Cmdlet(VerbsCommon.Get, "ToriiSession")]
[OutputType(typeof(ToriiSession))]
public sealed class GetToriiSessionCommand : ToriiBulkCommand
{
    /// <summary>What comes down the pipeline.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The users' ids; users and rows with a UserId are taken too.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [UserIdTransform]
    [ValidateId("user")]
    public string[] UserId { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in UserId)
        {
            PSObject? source = UserIdTransformAttribute.SourceOf(id, InputObject);
            if (ConnectionFor(source) is not { } connection)
            {
                continue;
            }

            ToriiService client = ClientOf(connection);
            Submit(new BulkItem
            {
                Connection = connection,
                Key = id,
                Target = id,
                Action = "Get sessions",
                Input = source ?? (object)id,
                Work = async context => await client.Sessions.ListAsync(id, context).ConfigureAwait(false),
            });
        }
    }

    private protected override void WriteResult(BulkItem item, object? result)
    {
        foreach (ToriiSession session in (IReadOnlyList<ToriiSession>)result!)
        {
            WriteFrom(item.Connection, session);
        }
    }
}
