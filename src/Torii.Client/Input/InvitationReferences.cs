using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Input;

/// <summary>Decides which invitation a caller's object stands for.</summary>
internal static class InvitationReferences
{
    /// <summary>Resolves a record. The reference has a problem where the record does not name an invitation.</summary>
    public static ToriiInvitationReference FromRecord(InputRecord record) => ResourceReferences.FromRecord(record) switch
    {
        ToriiInvitationReference invitation => invitation,
        { Problem: { ErrorId: ToriiErrorId.AmbiguousInput } problem } other => new(null, record.Source) { Label = other.Label, Problem = problem },
        _ => new(null, record.Source)
        {
            Label = UserReferences.LabelOf(record, null),
            Problem = new ToriiException(ToriiErrorId.InvalidId, "The object does not name an invitation.") { Variant = "invitation" },
        },
    };

    /// <summary>Resolves an invitation that was named explicitly while a text came through the pipeline.</summary>
    public static ToriiInvitationReference Combine(ToriiInvitationReference explicitly, string? id) =>
        ResponseValidator.SameId(explicitly.InvitationId, id) ? explicitly : Ambiguous(explicitly, explicitly.Input, "An id came through the pipeline, and -InvitationId names an invitation too.");

    /// <summary>
    /// Resolves an invitation that was named explicitly while a record came through the pipeline. The connection and the
    /// environment are those of the record only if it carries the id.
    /// </summary>
    /// <param name="explicitly">The reference that was named.</param>
    /// <param name="record">The record that came through the pipeline.</param>
    /// <param name="isComputed">Whether the id was computed from the record, by a script block.</param>
    public static ToriiInvitationReference Combine(ToriiInvitationReference explicitly, InputRecord record, bool isComputed)
    {
        ToriiInvitationReference own = FromRecord(record);
        return own.Problem is null && ResponseValidator.SameId(own.InvitationId, explicitly.InvitationId) ? own
            : own.Problem is { ErrorId: ToriiErrorId.AmbiguousInput } ? own
            : own.Problem is null || !isComputed ? Ambiguous(
                explicitly, record.Source, $"The object from the pipeline is not the invitation {Redactor.RedactLine(explicitly.InvitationId)} that -InvitationId names.")
            : !record.Properties.Any(p => ResponseValidator.SameId(InputRecord.ToText(p.Value), explicitly.InvitationId)) ? explicitly
            : new(explicitly.InvitationId, record.Source)
            {
                Label = UserReferences.LabelOf(record, explicitly.InvitationId),
                ConnectionName = record.Text(nameof(ToriiObject.ConnectionName)),
                EnvironmentId = record.Text(nameof(ToriiInvitation.EnvironmentId)),
            };
    }

    private static ToriiInvitationReference Ambiguous(ToriiInvitationReference explicitly, object input, string problem) => new(null, input)
    {
        Label = explicitly.Label,
        Problem = new ToriiException(ToriiErrorId.AmbiguousInput, problem) { Variant = "explicitInvitation" },
    };
}
