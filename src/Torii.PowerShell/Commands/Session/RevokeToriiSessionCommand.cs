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
public sealed class RevokeToriiSessionCommand : ToriiUserTargetCommand
{
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

    private protected override BulkItem CreateItem(ToriiService client, UserTarget target)
    {
        // For this item alone: the property holds another row's by the time the work is done.
        string? session = string.IsNullOrEmpty(SessionId) ? null : SessionId;
        return session is null
            ? target.ToItem("Revoke every session", async context =>
            {
                await client.Sessions.RevokeAllAsync(target.UserId, context).ConfigureAwait(false);
                return null;
            })
            : target.ToItem(
                "Revoke session",
                async context =>
                {
                    await client.Sessions.RevokeAsync(target.UserId, session, context).ConfigureAwait(false);
                    return null;
                },
                $"session {session} of user {target.Label}");
    }

    private protected override ToriiException? FindProblem() =>
        PipelineInput.FindAmbiguity(InputObject, SessionId) is { } ambiguous ? ambiguous
        : !string.IsNullOrEmpty(SessionId) && !ResourceId.IsValid(SessionId)
            ? new ToriiException("Torii.InvalidId", ResourceId.Explain(SessionId, "session"), ResourceId.Example)
        : !string.IsNullOrEmpty(SessionId) && UserId.Length > 1
            ? new ToriiException("Torii.AmbiguousInput", "One session cannot belong to several users, and nothing was revoked.", "Give -SessionId with a single -UserId.")
        : null;
}
