using System.Globalization;
using System.Net;
using System.Text.Json;
using Torii.Client.Http;
using Torii.Client.Paging;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>The invitation operations of torii, from contract 0.0.8 on; metadata can be changed from 0.0.13 on.</summary>
internal sealed class ToriiInvitationService : IInvitationService
{
    private const string Path = "/api/server/v1/invitations";
    private const string Pending = "PENDING";
    private const string Revoked = "REVOKED";
    private const string PublicMetadata = "publicMetadata";
    private const string PrivateMetadata = "privateMetadata";
    private const string ExpiresInDays = "expiresInDays";

    private readonly ApiPipeline _pipeline;
    private readonly ResourceOperations<ToriiInvitation> _invitations;
    private readonly ResourceOperations<ToriiInvitation> _newInvitations;
    private readonly ResourceCreation<ToriiInvitation> _creation;
    private readonly RecentResources<ToriiInvitation> _recent;
    private readonly PageReader<ToriiInvitation> _pages;

    /// <summary>Whether reading an invitation shows its metadata; null while that is not known.</summary>
    private bool? _showsMetadata;

    internal ToriiInvitationService(ApiPipeline pipeline, TimeProvider time, Action<string?> learnEnvironment)
    {
        _pipeline = pipeline;
        DateTimeOffset started = time.GetUtcNow();
        ResourceType<ToriiInvitation> type = new()
        {
            Noun = "invitation",
            Json = ToriiJson.Default.ToriiInvitation,
            Id = static i => i.InvitationId,
            NotFoundErrorId = ToriiErrorId.InvitationNotFound,
            ErrorVariant = "invitation",
            FindMissingMember = static i => string.IsNullOrEmpty(i.EnvironmentId) ? "environmentId" : i.CreatedAt.GetValueOrDefault() == default ? "createdAt" : null,
            Seen = i => learnEnvironment(i.EnvironmentId),
        };
        _invitations = new ResourceOperations<ToriiInvitation>(pipeline, type, time);
        _newInvitations = new ResourceOperations<ToriiInvitation>(
            pipeline,
            // The response to createInvitation has neither of them; what can be checked otherwise is checked afterwards.
            type with { ErrorVariant = "newInvitation", WriteOnly = new HashSet<string>(StringComparer.Ordinal) { PublicMetadata, PrivateMetadata, ExpiresInDays, "redirectUrl" } },
            time);
        _pages = new PageReader<ToriiInvitation>(ToriiJson.Default.ToriiInvitation, found =>
        {
            learnEnvironment(found.EnvironmentId);
            return _invitations.FindWrongMember(found);
        });
        _recent = new RecentResources<ToriiInvitation>(static i => i.InvitationId, static i => i.CreatedAt ?? default, () => pipeline.Clock.EarliestAt(started));
        _creation = new ResourceCreation<ToriiInvitation>(pipeline, _newInvitations, _recent, FindPendingAsync);
    }

    /// <summary>Gets one invitation (get); contracts from 0.0.13 include both metadata bags.</summary>
    /// <inheritdoc/>
    public async Task<ToriiInvitation> GetAsync(string invitationId, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.Invitation, invitationId);
        ToriiInvitation invitation = await SendAsync(() => ReadAsync(id, context), context).ConfigureAwait(false);
        _recent.AddRead([invitation]);
        return invitation;
    }

    /// <summary>Lists invitations (list_1).</summary>
    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<ToriiInvitation>> SearchAsync(InvitationQuery query, RequestContext context) => SearchAsync(query, context, isRecorded: true);

    /// <summary>
    /// Creates an invitation (create). It is sent once, because the service refuses no second invitation and each sends
    /// an email. Where the metadata can be read, it is compared with what was sent.
    /// </summary>
    /// <inheritdoc/>
    public async Task<ToriiInvitation> CreateAsync(ResourceBody body, RequestContext context)
    {
        body.CheckMembers("torii", ["email", "expiresInDays", "redirectUrl", PublicMetadata, PrivateMetadata], "Invitations");
        // Both bags are required.
        ResourceBody complete = new();
        complete.Set(PublicMetadata, new ToriiMetadata());
        complete.Set(PrivateMetadata, new ToriiMetadata());
        foreach ((string member, object? value) in body.Values)
        {
            complete.Set(member, value!);
        }

        ApiRequest request = _newInvitations.Request(HttpMethod.Post, Path, complete, RetrySafety.OnlyIfNotExecuted);
        ToriiInvitation created = await SendAsync(() => _creation.CreateAsync(request, body.Text("email"), context), context, namesId: false).ConfigureAwait(false);
        return await VerifyAsync(body, created, context).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends the email of a pending invitation again, with a fresh link (resend). It is repeated only where no email was
    /// sent for certain.
    /// </summary>
    /// <inheritdoc/>
    public Task<ToriiInvitation> ResendAsync(string invitationId, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.Invitation, invitationId);
        ApiRequest request = _invitations.Request(HttpMethod.Post, $"{Path}/{id}/resend", safety: RetrySafety.OnlyIfNotExecuted);
        return SendAsync(() => _invitations.SendAsync(request, id, context), context);
    }

    /// <summary>
    /// Revokes a pending invitation (revoke). The service refuses to revoke it again, so after an attempt that may have
    /// been executed the invitation is read.
    /// </summary>
    /// <inheritdoc/>
    public async Task RevokeAsync(string invitationId, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.Invitation, invitationId);
        ApiRequest request = new()
        {
            Method = HttpMethod.Delete,
            Path = $"{Path}/{id}",
            NotFoundErrorId = ToriiErrorId.InvitationNotFound,
            ErrorVariant = _invitations.Type.ErrorVariant,
            // The contract documents 200 without a body. A proxy's 200 has one.
            IsConfirmation = static response => response.Status is HttpStatusCode.OK or HttpStatusCode.NoContent && response.Body.IsEmpty,
        };
        try
        {
            await SendAsync(
                async () =>
                {
                    await _pipeline.SendForNothingAsync(request, context).ConfigureAwait(false);
                    return true;
                },
                context).ConfigureAwait(false);
        }
        catch (ToriiException e) when (e.MayHaveBeenExecuted && e.ErrorId != ToriiErrorId.NotSupported)
        {
            await ConfirmRevokedAsync(id, e, context).ConfigureAwait(false);
            context.Observer?.Verbose($"Invitation {id} is revoked: an earlier attempt was executed, and its response was lost");
        }
    }

    /// <summary>Merges metadata into the bags of a pending invitation (updateMetadata, from 0.0.13 on).</summary>
    /// <inheritdoc/>
    public Task<ToriiInvitation> UpdateMetadataAsync(string invitationId, ResourceBody body, RequestContext context)
    {
        string id = ToriiId.Check(ResourceKind.Invitation, invitationId);
        ApiRequest request = _invitations.Request(HttpMethod.Patch, $"{Path}/{id}", body);
        return SendAsync(
            () => ToriiFeature.InvitationMetadata.SendAsync(_pipeline, context, $"{Path}/{id}", () => _invitations.SendAsync(request, id, context)), context);
    }

    /// <summary>Returns only where the invitation is known to be revoked, and not before our first attempt.</summary>
    private async Task ConfirmRevokedAsync(string id, ToriiException lost, RequestContext context)
    {
        ToriiInvitation invitation;
        try
        {
            invitation = await ReadAsync(id, context).ConfigureAwait(false);
        }
        catch (ToriiException e) when (e.ErrorId == ToriiErrorId.InvitationNotFound)
        {
            throw lost;
        }
        catch (ToriiException e)
        {
            throw new ToriiException(
                ToriiErrorId.OutcomeUnknown,
                $"Whether the invitation was revoked is not known: no response confirms it ({lost.Message.TrimEnd('.')}), and reading the invitation failed ({e.Message.TrimEnd('.')}).",
                e)
            {
                Variant = "invitation",
                MayHaveBeenExecuted = true,
            };
        }

        bool wasRevokedBefore = invitation.RevokedAt is { } at && lost.FirstSentAt is { } sent && _pipeline.Clock.EarliestAt(sent) is { } earliest
            && at < Milliseconds.Floor(earliest);
        if (invitation.Status == Revoked && !wasRevokedBefore)
        {
            return;
        }

        throw invitation.Status == Pending ? lost : new ToriiException(
            ToriiErrorId.Conflict, $"The invitation was not pending: its status is {Redactor.RedactLine(invitation.Status)}. The change was not made.", lost)
        {
            Variant = _invitations.Type.ErrorVariant,
        };
    }

    /// <summary>Checks what the response to a creation does not show: the lifetime by the dates, the metadata by reading it.</summary>
    private async Task<ToriiInvitation> VerifyAsync(ResourceBody sent, ToriiInvitation created, RequestContext context)
    {
        // A service may round to the end of a day.
        if (sent.Values.GetValueOrDefault(ExpiresInDays) is { } days
            && (created.ExpiresAt - created.CreatedAt.GetValueOrDefault() - TimeSpan.FromDays(Convert.ToDouble(days, CultureInfo.InvariantCulture))).Duration() >= TimeSpan.FromDays(1))
        {
            throw _invitations.NotApplied(created, ExpiresInDays);
        }

        ResourceBody bags = new();
        foreach ((string member, object? value) in sent.Values.Where(static v => v is { Key: PublicMetadata or PrivateMetadata, Value: System.Collections.ICollection { Count: > 0 } }))
        {
            bags.Set(member, value!);
        }

        if (bags.Members.Count == 0 || _showsMetadata == false)
        {
            return created;
        }

        try
        {
            ToriiInvitation read = await ReadAsync(created.InvitationId, context).ConfigureAwait(false);
            _showsMetadata = read.PublicMetadata is not null && read.PrivateMetadata is not null;
            return _showsMetadata == true
                ? _invitations.Verify(bags.ToJson(), read, JsonSerializer.SerializeToUtf8Bytes(read, _invitations.Type.Json), null, context)
                : created;
        }
        catch (ToriiException e) when (e.ErrorId != ToriiErrorId.FieldNotApplied)
        {
            context.Observer?.Verbose($"The metadata of invitation {created.InvitationId} could not be checked: {e.Message}");
            return created;
        }
    }

    private Task<ToriiInvitation> ReadAsync(string id, RequestContext context) =>
        _invitations.SendAsync(_invitations.Request(HttpMethod.Get, $"{Path}/{id}"), id, context);

    /// <summary>Every pending invitation of exactly an email address.</summary>
    private async Task<IReadOnlyList<ToriiInvitation>> FindPendingAsync(string email, RequestContext context)
    {
        List<ToriiInvitation> found = [];
        await foreach (IReadOnlyList<ToriiInvitation> page in SearchAsync(new InvitationQuery { Search = email, Statuses = [Pending] }, context, isRecorded: false).ConfigureAwait(false))
        {
            found.AddRange(page.Where(i => EmailText.IsSame(i.Email, email)));
        }

        return found;
    }

    private IAsyncEnumerable<IReadOnlyList<ToriiInvitation>> SearchAsync(InvitationQuery query, RequestContext context, bool isRecorded)
    {
        FilterVerifier.Validate(
            FilterVerifier.IsBlank(query.Search) ? "The filter by email address is blank."
            : query.Statuses.Any(string.IsNullOrWhiteSpace) ? "A status to filter by is blank."
            : null);
        string filter = string.Concat(query.Statuses.Distinct(StringComparer.OrdinalIgnoreCase).Select(static s => $"status={Uri.EscapeDataString(s)}&"))
            + (query.Search is { } search ? $"search={Uri.EscapeDataString(search)}&" : "");
        return new PagedQuery<ToriiInvitation>
        {
            Pager = new CursorPager<ToriiInvitation>(
                (cursor, limit) => new ApiRequest
                {
                    Method = HttpMethod.Get,
                    Path = $"{Path}?{filter}limit={limit}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}",
                    Cursor = cursor,
                },
                query.Cursor),
            Fetch = (request, cancellation) =>
            {
                RequestContext page = context with { Cancellation = cancellation };
                return SendAsync(() => _pipeline.SendAsync(request, page, _pages.Read), page, namesId: false);
            },
            Filter = found =>
            {
                if (isRecorded)
                {
                    _recent.AddRead(found);
                }

                return FilterVerifier.Apply(found, static i => $"invitation {i.InvitationId}", i => FindContradiction(query, i), null);
            },
            PageSize = query.PageSize,
            First = query.First,
        }.PagesAsync(context.Cancellation);
    }

    private static string? FindContradiction(InvitationQuery query, ToriiInvitation invitation) =>
        query.Search is { } part && !FilterVerifier.Contains(invitation.Email, part) && !FilterVerifier.Contains(EmailText.Canonical(invitation.Email), EmailText.Canonical(part))
            ? $"whose email address does not contain '{part}'"
        : query.Statuses.Count > 0 && !query.Statuses.Contains(invitation.Status, StringComparer.OrdinalIgnoreCase)
            ? $"whose status is {invitation.Status}, and {string.Join(" or ", query.Statuses)} was requested"
        : null;

    /// <summary>A server that has invitations lists them, also where the invitation of the request does not exist.</summary>
    private Task<T> SendAsync<T>(Func<Task<T>> send, RequestContext context, bool namesId = true) =>
        ToriiFeature.Invitations.SendAsync(_pipeline, context, namesId ? $"{Path}?limit=1" : null, send, probeNamesTarget: false);
}
