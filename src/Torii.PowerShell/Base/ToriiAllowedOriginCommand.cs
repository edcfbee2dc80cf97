using System.Management.Automation;
using Torii.Client;
using Torii.Client.Input;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell;

/// <summary>
/// The base of cmdlets that change the list of allowed origins. The list can only be replaced as a whole, so all origins
/// of a command are one change for each connection, made when the input has ended.
/// </summary>
public abstract class ToriiAllowedOriginCommand : ToriiChangeCommand
{
    /// <summary>The number of changed origins that a label names.</summary>
    private const int Shown = 3;

    private readonly List<(ToriiConnection Connection, Target<ToriiAllowedOriginReference> Target)> _targets = [];
    private bool _isExplicit;
    private bool _isComputed;
    private int _records;

    /// <summary>The object from the pipeline.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    [InputRecordTransform]
    public object? InputObject { get; set; }

    /// <summary>The origins: scheme://host or scheme://host:port, objects of the list, or rows with an Origin.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowedOriginReferenceTransform]
    public ToriiAllowedOriginReference[] Origin { get; set; } = [];

    /// <summary>Writes the origins. By default the cmdlet writes nothing.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The operation, for ShouldProcess.</summary>
    private protected abstract string Action { get; }

    private protected override string Withheld => "change";

    /// <summary>A wrong origin on the command line ends the command: no other one is added or removed.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isExplicit = MyInvocation.BoundParameters.TryGetValue(nameof(Origin), out object? bound);
        _isComputed = _isExplicit && bound is not ToriiAllowedOriginReference[];
        if ((bound as ToriiAllowedOriginReference[])?.FirstOrDefault(static o => o.Problem is not null) is { } wrong)
        {
            ThrowTerminatingError(wrong.Problem!.For(null, NothingSent), wrong.Input);
        }
    }

    /// <summary>Collects the origins; nothing is sent before the input has ended.</summary>
    protected override void ProcessRecord()
    {
        _records++;
        InputRecord? record = SensitiveArgument.Reveal(InputObject) as InputRecord;
        int? row = record is { Live: null } ? _records : null;
        if (_isExplicit && !_isComputed && MyInvocation.ExpectingInput)
        {
            Reject(new ToriiException(ToriiErrorId.AmbiguousInput, "An object came through the pipeline, and -Origin names origins too.") { Variant = "explicitOrigin" }, record?.Source ?? SensitiveArgument.Reveal(InputObject), "", row);
            return;
        }

        foreach (ToriiAllowedOriginReference origin in Origin)
        {
            ToriiAllowedOriginReference named = _isComputed && record is not null && origin.Problem is null ? OriginReferences.FromText(origin.Origin, record) : origin;
            if (named.Problem is { } problem)
            {
                Reject(problem, named.Input, named.Label, row);
            }
            else if (ConnectionFor(named, row) is { } connection)
            {
                _targets.Add((connection, new(named, row)));
            }
        }
    }

    /// <summary>Makes the change of each connection.</summary>
    protected override void EndProcessing()
    {
        Waiting = _targets.Count;
        // Two connections to one environment have one list.
        foreach (IGrouping<string, (ToriiConnection Connection, Target<ToriiAllowedOriginReference> Target)> list in _targets.GroupBy(static t => t.Connection.Fingerprint))
        {
            Change(list.First().Connection, [.. list.Select(static t => t.Target)]);
            Waiting -= list.Count();
        }

        base.EndProcessing();
    }

    /// <summary>Computes the change; writes an error about each target that it cannot contain.</summary>
    /// <exception cref="ToriiException">The change is refused.</exception>
    private protected abstract AllowedOriginChange CreateChange(AllowedOriginList before, IReadOnlyList<Target<ToriiAllowedOriginReference>> targets);

    /// <summary>The origins that <c>-PassThru</c> writes.</summary>
    /// <param name="change">The change.</param>
    /// <param name="after">The list after it.</param>
    /// <param name="named">The origins of the command.</param>
    private protected abstract IEnumerable<string> SelectOutput(AllowedOriginChange change, AllowedOriginList after, AllowedOriginList named);

    private protected override void WriteResult(BulkItem item, object? result) => WriteOrigins(item.Connection, (IEnumerable<string>)result!);

    /// <summary>Writes an error about one origin of a list that was read.</summary>
    private protected void RejectListed(ToriiException problem, Target<ToriiAllowedOriginReference> target) =>
        WriteError(problem, target.Reference.Input, BulkItem.LabelOf(target.Reference.Label, target.Row));

    private void Change(ToriiConnection connection, Target<ToriiAllowedOriginReference>[] targets)
    {
        object input = targets.Length == 1 ? targets[0].Reference.Input : targets.Select(static t => t.Reference.Input).ToArray();
        try
        {
            IIdentityService service = ServiceOf(connection);
            IAllowedOriginService origins = Require(service, service.AllowedOrigins, "allowed origins");
            AllowedOriginChange change = CreateChange(Wait(origins.GetAsync(Request)), targets);
            AllowedOriginList named = new([.. targets.Select(static t => t.Reference.Origin)]);
            if (change.Count == 0)
            {
                WriteVerbose($"The allowed origins of {Client.Http.Redactor.RedactLine(connection.Name)} are as wanted already: no change was sent");
                WriteOrigins(connection, SelectOutput(change, change.Before, named));
                return;
            }

            string[] lines = [.. change.Lines];
            string more = lines.Length > Shown ? $" and {lines.Length - Shown} more" : "";
            Submit(new BulkItem
            {
                Connection = connection,
                Key = "allowed-origins",
                Target = $"allowed origins ({string.Join(", ", lines.Take(Shown))}{more})",
                Action = Action,
                Lines = string.Join('\n', lines),
                Count = change.Count,
                Input = input,
                Work = async context => SelectOutput(change, await origins.ReplaceAsync(change, context).ConfigureAwait(false), named),
            });
        }
        catch (ToriiException e)
        {
            WriteFailure(e, input, "allowed origins");
        }
    }

    private void WriteOrigins(ToriiConnection connection, IEnumerable<string> origins)
    {
        if (PassThru)
        {
            foreach (string origin in origins)
            {
                WriteFrom(connection, new ToriiAllowedOrigin { Origin = origin, EnvironmentId = connection.EnvironmentId });
            }
        }
    }
}
