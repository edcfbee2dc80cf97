using System.Management.Automation;
using Torii.Client;
using Torii.Client.Http;
using Torii.Client.Input;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Sends any request to the service of a connection, for operations that have no cmdlet. Requests that change something
/// are asked for, counted and reported as the changes of other cmdlets; the service tells which ones only read.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "ToriiRequest", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PSObject), typeof(string))]
public sealed class InvokeToriiRequestCommand : ToriiChangeCommand
{
    private object? _body;

    /// <summary>Sets the default of <c>-ThrottleLimit</c> to 1: a request may depend on the one before.</summary>
    public InvokeToriiRequestCommand() => ThrottleLimit = 1;

    /// <summary>The path below the address of the connection, escaped, with its query.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotBlank]
    public string Path { get; set; } = "";

    /// <summary>The HTTP method. Default: GET.</summary>
    [Parameter]
    [ValidateSet("GET", "POST", "PUT", "PATCH", "DELETE")]
    public string Method { get; set; } = "GET";

    /// <summary>The body: a hashtable, a custom object, or JSON text. Default: none.</summary>
    [Parameter]
    [SensitiveArgumentTransform]
    public object? Body { get; set; }

    /// <summary>Reads every page of a list, and writes its items.</summary>
    [Parameter]
    public SwitchParameter Paginate { get; set; }

    private protected override bool KeepsOrder => true;

    /// <summary>The path as errors carry it: without the values of secrets.</summary>
    private string SafePath => Redactor.Redact(Path);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(Body)))
        {
            return;
        }

        try
        {
            _body = SensitiveArgument.RevealPlain(Body) is { } body && !InputFields.IsEmpty(body) ? body : throw new ToriiException(ToriiErrorId.InvalidRequest, "-Body is empty.")
            {
                Variant = "empty",
                Details = new Dictionary<string, string> { ["name"] = nameof(Body) },
            };
        }
        catch (ToriiException e)
        {
            ThrowTerminatingError(e.For(null, NothingSent));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ToriiConnection connection = DefaultConnection();
        if (Try(() => Create(connection)) is not { Value: (var requests, var request) })
        {
            return;
        }

        if (Paginate)
        {
            WritePages(requests.ListAsync(request, Request));
        }
        else if (!request.IsRead)
        {
            Submit(ToItem(connection, requests, request));
        }
        else if (Try(() => Wait(requests.SendAsync(request, Request))) is { Value: { } result })
        {
            Write(result);
        }
    }

    private protected override void WriteResult(BulkItem item, object? result) => Write(result);

    private BulkItem ToItem(ToriiConnection connection, IRequestService requests, ServiceRequest request) => new()
    {
        Connection = connection,
        Key = request.Target,
        Target = request.Description,
        Action = IsWhatIf && request.ShowBody() is { } body ? $"Send request: {body}" : "Send request",
        Input = SafePath,
        Work = context => requests.SendAsync(request, context),
    };

    private (IRequestService, ServiceRequest) Create(ToriiConnection connection)
    {
        IIdentityService service = ServiceOf(connection);
        IRequestService requests = Require(service, service.Requests, "requests of other kinds");
        return (requests, requests.Create(Method.ToUpperInvariant(), Path, _body));
    }

    private void WritePages(IAsyncEnumerable<IReadOnlyList<object?>> list)
    {
        IAsyncEnumerator<IReadOnlyList<object?>> pages = list.GetAsyncEnumerator(StopToken);
        try
        {
            while (Try(() => Wait(pages.MoveNextAsync().AsTask())) is { Value: true })
            {
                foreach (object? item in pages.Current)
                {
                    WriteObject(PlainOutput.Of(item));
                }
            }
        }
        finally
        {
            // Also where a later command of the pipeline needs no more: the request for the next page is cancelled.
            _ = pages.DisposeAsync().AsTask();
        }
    }

    /// <summary>Null after an error was written. Nothing is caught around WriteObject.</summary>
    private Result<T>? Try<T>(Func<T> run)
    {
        try
        {
            return new(run());
        }
        catch (ToriiException e)
        {
            // A request of the command line that cannot be sent is an error of a parameter.
            if (e is { ErrorId: ToriiErrorId.InvalidRequest } and not ToriiApiException && !MyInvocation.ExpectingInput)
            {
                EndRun(e, SafePath);
            }

            WriteFailure(e, SafePath, Redactor.RedactLine($"{Method.ToUpperInvariant()} {Path}"));
            return null;
        }
    }

    /// <summary>The elements of an array one by one; nothing for a response without content.</summary>
    private void Write(object? result)
    {
        if (result is not null)
        {
            WriteObject(PlainOutput.Of(result), enumerateCollection: result is object?[]);
        }
    }

    private sealed record Result<T>(T Value);
}
