using System.Management.Automation;
using Torii.Client;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Ends sessions: every session of a user, or the one that an object or <c>-SessionId</c> names. An object that has a
/// SessionId never stands for more than that session.
/// </summary>
[Cmdlet(VerbsSecurity.Revoke, "ToriiSession", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiUser), typeof(ToriiSession), typeof(string))]
public sealed class RevokeToriiSessionCommand : ToriiMutatingCommand
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

    /// <summary>The one session to end. Without it, every session of the user.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string? SessionId { get; set; }

    /// <summary>A session id that was given and says nothing is an error: it must not widen to every session.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (MyInvocation.BoundParameters.ContainsKey(nameof(SessionId)) && string.IsNullOrWhiteSpace(SessionId))
        {
            ThrowTerminatingError(new ToriiException(
                "Torii.InvalidId",
                "-SessionId is empty, and nothing was revoked.",
                "Give the session's id; for every session of the user leave the parameter out. Is a variable not set?"));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (FindProblem() is { } problem)
        {
            WriteError(problem, InputObject ?? (object?)SessionId);
            return;
        }

        foreach (string id in UserId)
        {
            PSObject? source = UserIdTransformAttribute.SourceOf(id, InputObject);
            if (ConnectionFor(source) is not { } connection)
            {
                continue;
            }

            ToriiClient client = ClientOf(connection);
            // For this item alone: the property holds another row's by the time the work is done.
            string? session = string.IsNullOrEmpty(SessionId) ? null : SessionId;
            string user = source?.BaseObject is ToriiUser who ? who.ToString() : id;
            Submit(new BulkItem
            {
                Connection = connection,
                Key = id,
                Target = session is null ? user : $"session {session} of user {user}",
                Action = session is null ? "Revoke every session" : "Revoke session",
                Input = source ?? (object)id,
                Work = async context =>
                {
                    await (session is null
                        ? client.Sessions.RevokeAllAsync(id, context)
                        : client.Sessions.RevokeAsync(id, session, context)).ConfigureAwait(false);
                    return null;
                },
            });
        }
    }

    private protected override void WriteResult(BulkItem item, object? result)
    {
        if (PassThru)
        {
            WriteObject(item.Input);
        }
    }

    private ToriiException? FindProblem() =>
        Rows.FindAmbiguity(InputObject, SessionId) is { } ambiguous ? ambiguous
        : !string.IsNullOrEmpty(SessionId) && !ResourceId.IsValid(SessionId)
            ? new ToriiException("Torii.InvalidId", ResourceId.Explain(SessionId, "session"), ResourceId.Example)
        : !string.IsNullOrEmpty(SessionId) && UserId.Length > 1
            ? new ToriiException("Torii.AmbiguousInput", "One session cannot belong to several users, and nothing was revoked.", "Give -SessionId with a single -UserId.")
        : null;
}
