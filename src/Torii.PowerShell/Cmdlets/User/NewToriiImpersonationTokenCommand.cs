using System.Management.Automation;
using Torii.Client;
using Torii.Client.Http;
using Torii.Client.Resources;
using Torii.PowerShell.Binding;

namespace Torii.PowerShell.Commands;

/// <summary>
/// Creates a token with which its holder signs in as a user, once. The request is never repeated, and the token is a
/// SecureString unless <c>-AsPlainText</c> is given. The cmdlet asks for each user unless <c>-Force</c> or
/// <c>-Confirm:$false</c> is given.
/// </summary>
[Cmdlet(VerbsCommon.New, "ToriiImpersonationToken", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ToriiImpersonationToken), typeof(ToriiPlainImpersonationToken))]
public sealed class NewToriiImpersonationTokenCommand : ToriiChangeCommand
{
    private UserTargets _targets = null!;

    /// <summary>Sets the default of <c>-ThrottleLimit</c> to 1.</summary>
    public NewToriiImpersonationTokenCommand() => ThrottleLimit = 1;

    /// <summary>The object from the pipeline.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    [InputRecordTransform]
    public object? InputObject { get; set; }

    /// <summary>The user to act as: an id, a user, or a row with a UserId. A session or a membership is not accepted.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Id")]
    [UserReferenceTransform]
    [ValidateCount(1, 1)]
    public ToriiUserReference[] UserId { get; set; } = [];

    /// <summary>The user on whose behalf, an id or a user of the same environment; torii requires and records it. Default: the account of the connection.</summary>
    [Parameter]
    [UserReferenceTransform]
    [ValidateCount(1, 1)]
    public ToriiUserReference[] ActorUserId { get; set; } = [];

    /// <summary>Why, in at most 500 characters; torii requires and records it. Not for Better Auth.</summary>
    [Parameter]
    [ValidateNotBlank]
    [ValidateLength(1, 500)]
    public string Reason { get; set; } = "";

    /// <summary>The lifetime in seconds, from 60 to 600. Default: that of the service, 600.</summary>
    [Parameter]
    [ValidateRange(60, 600)]
    public int ExpiresInSec { get; set; }

    /// <summary>The address to which the link redirects after the sign-in; its origin must be an allowed origin. Default: the landing page of the environment.</summary>
    [Parameter]
    [ValidateNotBlank]
    public Uri? RedirectUrl { get; set; }

    /// <summary>Writes the token and the link as plain text, which lists, logs and files show. Default: SecureString.</summary>
    [Parameter]
    public SwitchParameter AsPlainText { get; set; }

    /// <summary>Does not ask for confirmation, unless <c>-Confirm</c> is given. It does not override <c>-WhatIf</c>.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool IsForced => Force;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _targets = new UserTargets(MyInvocation, nameof(UserId));
        if (RedirectUrl is { } url && (!url.IsAbsoluteUri || url.UserInfo.Length > 0 || (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback)))
        {
            ThrowTerminatingError(new ToriiException(
                ToriiErrorId.InvalidRequest, $"-RedirectUrl '{Redactor.RedactLine(url.OriginalString)}' is not an absolute https address without a user name. {NothingSent}")
            {
                Variant = "redirectUrl",
            });
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (Target<ToriiUserReference> target in _targets.Resolve(UserId, InputObject))
        {
            SubmitFor(target, ToriiUserTargetCommand.FindSubstitute(target.Reference), (service, connection) => CreateItem(service, connection, target));
        }
    }

    private protected override void WriteResult(BulkItem item, object? result)
    {
        ToriiImpersonationToken token = (ToriiImpersonationToken)result!;
        WriteFrom(item.Connection, AsPlainText ? token.ToPlainText() : token);
    }

    private BulkItem? CreateItem(IIdentityService service, ToriiConnection connection, Target<ToriiUserReference> target)
    {
        IImpersonationService impersonation = Require(service, service.Impersonation, "impersonation tokens");
        ToriiUserReference? actor = ActorUserId.FirstOrDefault();
        if (actor is not null && FindActorProblem(service, connection, actor, target.Reference) is { } problem)
        {
            Reject(problem, target.Reference.Input, target.Reference.Label, target.Row);
            return null;
        }

        ImpersonationRequest request = new()
        {
            UserId = target.Reference.UserId,
            ActorUserId = actor?.UserId ?? "",
            Reason = Reason,
            ExpiresInSec = ExpiresInSec > 0 ? ExpiresInSec : null,
            RedirectUrl = RedirectUrl,
        };
        return target.ToItem(
            connection,
            $"Create impersonation token{(actor is null ? "" : $" on behalf of {Redactor.RedactLine(actor.Label)}")}{(Reason.Length == 0 ? "" : $" ({Redactor.RedactLine(Reason)})")}",
            async context => await impersonation.CreateTokenAsync(request, context).ConfigureAwait(false));
    }

    /// <summary>Why the actor is not accepted; null where it is.</summary>
    private static ToriiException? FindActorProblem(IIdentityService service, ToriiConnection connection, ToriiUserReference actor, ToriiUserReference user)
    {
        ToriiException? problem = actor.Problem ?? ToriiUserTargetCommand.FindSubstitute(actor) ?? new Target<ToriiUserReference>(actor, null).FindIdProblem(service);
        if (problem is not null)
        {
            return problem.For("-ActorUserId");
        }

        bool isElsewhere = actor.Connection is { } source ? source.Fingerprint != connection.Fingerprint
            : actor.ConnectionName is { } name && !string.Equals(name, connection.Name, StringComparison.OrdinalIgnoreCase);
        return isElsewhere || (actor.EnvironmentId is { } environment && connection.EnvironmentId is { } actual && !ResponseValidator.SameId(environment, actual))
            ? new ToriiException(ToriiErrorId.ConnectionMismatch, $"The actor {Redactor.RedactLine(actor.Label)} was read through another connection, or belongs to another environment, than the user.") { Variant = "actor" }
            : ResponseValidator.SameId(actor.UserId, user.UserId)
            ? new ToriiException(ToriiErrorId.InvalidRequest, "The actor and the user to act as are the same.") { Variant = "sameUser" }
            : null;
    }
}
