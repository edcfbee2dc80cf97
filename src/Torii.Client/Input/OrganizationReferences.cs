using Torii.Client.Http;
using Torii.Client.Resources;

namespace Torii.Client.Input;

/// <summary>Decides which organization a caller's object stands for. A membership stands for its organization where one is read.</summary>
internal static class OrganizationReferences
{
    /// <summary>Resolves an id that was passed as text.</summary>
    public static ToriiOrganizationReference FromId(string id) => new(id, (object)id);

    /// <summary>Resolves a record. The reference has a problem where the record does not name an organization.</summary>
    public static ToriiOrganizationReference FromRecord(InputRecord record) => ResourceReferences.FromRecord(record) switch
    {
        ToriiOrganizationReference organization => organization,
        ToriiMembershipReference membership => Of(membership),
        { Problem: { ErrorId: ToriiErrorId.AmbiguousInput } problem } ambiguous => new(null, record.Source) { Label = ambiguous.Label, Problem = problem },
        var other => new(null, record.Source)
        {
            Label = other.Label,
            Problem = new ToriiException(ToriiErrorId.InvalidId, "The object does not name an organization.") { Variant = "organization" },
        },
    };

    /// <summary>The organization of a membership.</summary>
    public static ToriiOrganizationReference Of(ToriiMembershipReference membership) => new(membership.OrganizationId, membership.Input)
    {
        IsMembership = true,
        ConnectionName = membership.ConnectionName,
        Connection = membership.Connection,
        EnvironmentId = membership.EnvironmentId,
    };

    /// <summary>Resolves an organization that was named explicitly while a text came through the pipeline.</summary>
    public static ToriiOrganizationReference Combine(ToriiOrganizationReference explicitly, string? id) =>
        ResponseValidator.SameId(explicitly.OrganizationId, id) ? explicitly : Ambiguous(explicitly, explicitly.Input, "An id came through the pipeline, and -OrganizationId names an organization too.");

    /// <summary>
    /// Resolves an organization that was named explicitly while a record came through the pipeline. The connection and
    /// the environment are those of the record only if it carries the id.
    /// </summary>
    /// <param name="explicitly">The reference that was named.</param>
    /// <param name="record">The record that came through the pipeline.</param>
    /// <param name="isComputed">Whether the id was computed from the record, by a script block.</param>
    public static ToriiOrganizationReference Combine(ToriiOrganizationReference explicitly, InputRecord record, bool isComputed)
    {
        ToriiReference own = ResourceReferences.FromRecord(record);
        ToriiOrganizationReference? organization = own is ToriiOrganizationReference or ToriiMembershipReference ? FromRecord(record) : null;
        return organization is not null && ResponseValidator.SameId(organization.OrganizationId, explicitly.OrganizationId) ? organization
            : !isComputed ? Ambiguous(explicitly, record.Source, Redactor.RedactLine($"The object from the pipeline is not the organization {explicitly.OrganizationId} that -OrganizationId names."))
            : own.Problem is { ErrorId: ToriiErrorId.AmbiguousInput } ? FromRecord(record)
            : !record.Properties.Any(p => ResponseValidator.SameId(InputRecord.ToText(p.Value), explicitly.OrganizationId)) ? explicitly
            : own.Problem is null ? From(explicitly.OrganizationId, own)
            : new(explicitly.OrganizationId, record.Source)
            {
                ConnectionName = record.Text(nameof(ToriiObject.ConnectionName)),
                EnvironmentId = record.Text(nameof(ToriiUser.EnvironmentId)),
            };
    }

    private static ToriiOrganizationReference From(string id, ToriiReference record) => new(id, record.Input)
    {
        ConnectionName = record.ConnectionName,
        Connection = record.Connection,
        EnvironmentId = record.EnvironmentId,
    };

    private static ToriiOrganizationReference Ambiguous(ToriiOrganizationReference explicitly, object input, string problem) => new(null, input)
    {
        Label = explicitly.Label,
        Problem = new ToriiException(ToriiErrorId.AmbiguousInput, problem) { Variant = "explicitOrganization" },
    };
}
