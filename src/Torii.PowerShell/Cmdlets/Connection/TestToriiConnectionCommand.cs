using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;
using Torii.PowerShell.Connections;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Tests whether connections work: one Boolean for each connection and nothing else, or with <c>-Detailed</c> one
/// object for each check, with what was found and what to do. Changes nothing in the service.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "ToriiConnection")]
[OutputType(typeof(bool), typeof(ToriiConnectionCheck))]
public sealed class TestToriiConnectionCommand : ToriiConnectedCommand
{
    /// <summary>The recommended actions of results that are not errors.</summary>
    private static readonly Dictionary<string, string> Advice = new(StringComparer.Ordinal)
    {
        ["certificateExpiry"] = "The operator of the service, or of a proxy that inspects TLS, has to renew the certificate.",
        ["clockSkew"] = "Synchronize the clock of this machine with a time server.",
        ["noKeys"] = "Check that -Issuer of Connect-Torii is the issuer of the environment's tokens.",
        ["oldTls"] = "Allow TLS 1.2 or newer on this machine, or on a proxy that inspects TLS.",
        ["slow"] = "Check the network, or allow more time with -TimeoutSec.",
        ["unknownFeature"] = "Check that the key may use these operations.",
    };

    /// <summary>The connections to test: names or connections. Default: the default connection.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ConnectionTransform]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public override object? Connection { get; set; }

    /// <summary>Writes one object for each check. By default the cmdlet writes a Boolean for each connection.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>The time limit for each check, in seconds. Default: 5.</summary>
    [Parameter]
    [ValidateRange(1, 300)]
    public int TimeoutSec { get; set; } = 5;

    /// <summary>A connection that was closed is tested too, and so is not looked up yet.</summary>
    protected override void BeginProcessing()
    {
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ToriiConnection connection;
        IIdentityService? service = null;
        ToriiException? closed = null;
        try
        {
            connection = Connection as ToriiConnection ?? ConnectionStore.Find((string?)Connection);
        }
        catch (ToriiException e)
        {
            if (MyInvocation.ExpectingInput)
            {
                WriteError(e, Connection);
            }
            else
            {
                ThrowTerminatingError(e, Connection);
            }

            return;
        }

        try
        {
            service = ServiceOf(connection);
        }
        catch (ToriiException e)
        {
            closed = e;
        }

        if (!Detailed)
        {
            WriteObject(service is null ? Refuse(connection, closed!) : IsWorking(connection, service));
        }
        else if (service is null)
        {
            Write(connection, new ConnectionCheck { Check = "Connection", Status = CheckStatus.Failed, Message = closed!.Message, Error = closed });
        }
        else
        {
            WriteChecks(connection, service);
        }
    }

    private bool IsWorking(ToriiConnection connection, IIdentityService service)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        end.CancelAfter(TimeSpan.FromSeconds(TimeoutSec));
        try
        {
            Wait(service.CheckAsync(Request with { Cancellation = end.Token, FailFast = true }));
            return true;
        }
        catch (ToriiException e)
        {
            return Refuse(connection, e);
        }
        catch (OperationCanceledException e) when (!StopToken.IsCancellationRequested)
        {
            return Refuse(connection, new ToriiException(ToriiErrorId.Timeout, $"There was no response within {TimeoutSec} s.", e));
        }
    }

    private bool Refuse(ToriiConnection connection, ToriiException why)
    {
        WriteVerbose($"{Client.Http.Redactor.RedactLine(connection.Name)}: {why.Message} {ErrorAdvice.For(why)}");
        return false;
    }

    private void WriteChecks(ToriiConnection connection, IIdentityService service)
    {
        IConnectionDiagnostics diagnostics;
        try
        {
            diagnostics = Require(service, service.Diagnostics, "checks of a connection");
        }
        catch (ToriiException e)
        {
            WriteError(e, connection);
            return;
        }

        IAsyncEnumerator<ConnectionCheck> checks = diagnostics.RunAsync(connection.Issuer, TimeSpan.FromSeconds(TimeoutSec), Request).GetAsyncEnumerator(StopToken);
        try
        {
            while (Wait(checks.MoveNextAsync().AsTask()))
            {
                Write(connection, checks.Current);
            }
        }
        finally
        {
            _ = checks.DisposeAsync().AsTask();
        }
    }

    private void Write(ToriiConnection connection, ConnectionCheck check) => WriteObject(new ToriiConnectionCheck
    {
        ConnectionName = connection.Name,
        Check = check.Check,
        Status = check.Status.ToString(),
        Message = check.Message,
        RecommendedAction = check.Error is { } error ? ErrorAdvice.For(error) : check.Advice is { } advice ? Advice.GetValueOrDefault(advice) : null,
        ElapsedMs = (long)check.Elapsed.TotalMilliseconds,
    });
}
