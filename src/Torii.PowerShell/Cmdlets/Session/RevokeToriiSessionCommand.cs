using System.Management.Automation;
using Torii.Client;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Revokes sessions: every session of a user, or the one that an object or <c>-SessionId</c> names. An object with a
/// SessionId never stands for more than that session.
/// </summary>
[Cmdlet(VerbsSecurity.Revoke, "ToriiSession", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ToriiUser), typeof(ToriiSession), typeof(string))]
public sealed class RevokeToriiSessionCommand : ToriiUserTargetCommand
{
    private bool _isExplicit;

    /// <summary>The session to revoke. Default: every session of the user.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string? SessionId { get; set; }

    /// <summary>An empty session id is an error: it must not widen to every session.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isExplicit = MyInvocation.BoundParameters.TryGetValue(nameof(SessionId), out object? bound);
        // A script block that the engine runs for each record is neither null nor text here.
        if (_isExplicit && (bound is null || (bound is string && string.IsNullOrWhiteSpace(SessionId))))
        {
            ThrowTerminatingError(new ToriiException(ToriiErrorId.InvalidId, "-SessionId is empty. No request was sent.") { Variant = "emptySession" });
        }
    }

    private protected override ToriiException? FindProblem(ToriiUserReference user) =>
        user.IsMembership ? NotTheUser("A membership", "membership")
        : !_isExplicit ? user switch
        {
            { SessionId: not null } => null,
            { IsToken: true } => Ambiguous("The token names no session.", "token"),
            { IsSession: true } => Ambiguous("The object was a session and names none."),
            _ => null,
        }
        : string.IsNullOrWhiteSpace(SessionId) ? new ToriiException(ToriiErrorId.InvalidId, "The session id is empty.") { Variant = "emptySession" }
        : UserId.Length > 1 ? Ambiguous("One session cannot belong to several users.", "severalUsers")
        : user.SessionId is { } own && !ResponseValidator.SameId(own, SessionId) ? Ambiguous($"The object names the session {own}, and -SessionId names {SessionId}.", "explicitSession")
        : null;

    private protected override BulkItem? CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target)
    {
        ToriiUserReference user = target.Reference;
        // For this item alone: the property has the value of another row by the time the request is sent.
        string? session = _isExplicit ? SessionId : user.SessionId;
        if (session is null)
        {
            return target.ToItem(connection, "Revoke all sessions", async context =>
            {
                await service.Sessions.RevokeAllAsync(user.UserId, context).ConfigureAwait(false);
                return null;
            });
        }

        if (service.FindIdProblem(ResourceKind.Session, session) is { } problem)
        {
            Reject(new ToriiException(ToriiErrorId.InvalidId, $"{problem}"), user.Input, user.Label, target.Row);
            return null;
        }

        return target.ToItem(
            connection,
            "Revoke session",
            async context =>
            {
                await service.Sessions.RevokeAsync(user.UserId, session, context).ConfigureAwait(false);
                return null;
            },
            $"session {session} of user {user.Label}",
            // Sessions of one user can be revoked at the same time.
            $"session/{session}");
    }

    private static ToriiException Ambiguous(string problem, string? variant = null) =>
        new(ToriiErrorId.AmbiguousInput, $"{problem}") { Variant = variant };
}
