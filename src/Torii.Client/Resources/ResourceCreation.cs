using System.Text.Json;
using Torii.Client.Http;

namespace Torii.Client.Resources;

/// <summary>
/// Creates resources with an email address over a network that loses responses; no creation is idempotent. The outcome
/// can be recovered: a resource with exactly that address, created after the first attempt, which this connection has
/// neither read nor created before, is the one that the attempt created.
/// </summary>
/// <typeparam name="T">The model of the resource.</typeparam>
/// <param name="pipeline">Knows the clock of the service.</param>
/// <param name="resources">Sends the request.</param>
/// <param name="recent">What cannot be the new resource.</param>
/// <param name="findByEmail">Finds all resources with exactly an email address.</param>
internal sealed class ResourceCreation<T>(
    ApiPipeline pipeline, ResourceOperations<T> resources, RecentResources<T> recent, Func<string, RequestContext, Task<IReadOnlyList<T>>> findByEmail)
    where T : ToriiObject
{
    /// <param name="request">The request.</param>
    /// <param name="email">The email address; null for a resource without one, whose outcome cannot be recovered.</param>
    /// <param name="context">The caller's.</param>
    /// <param name="sent">The members that the resource must show, as JSON. Default: the body of the request.</param>
    /// <param name="confirm">Checks a recovered resource where its model has other members than its JSON. Default: compares the model.</param>
    /// <exception cref="ToriiException"><c>Torii.OutcomeUnknown</c>, or what the request throws.</exception>
    public async Task<T> CreateAsync(ApiRequest request, string? email, RequestContext context, ReadOnlyMemory<byte>? sent = null, Func<T, Task<T>>? confirm = null)
    {
        try
        {
            T created = await resources.SendAsync(request, null, context, sent).ConfigureAwait(false);
            recent.Add(created);
            return created;
        }
        catch (ToriiException e) when (e.MayHaveBeenExecuted && e.ErrorId != ToriiErrorId.FieldNotApplied)
        {
            T found = await RecoverAsync(email, e, context).ConfigureAwait(false);
            recent.Add(found);
            context.Observer?.Verbose(
                $"No response confirmed the creation; {resources.Type.Noun} {resources.Type.Id(found)} was created since the first attempt and is taken for the new {resources.Type.Noun}");
            return confirm is not null ? await confirm(found).ConfigureAwait(false) : resources.Verify(request.Body!.Value, found, JsonSerializer.SerializeToUtf8Bytes(found, resources.Type.Json), null, context);
        }
    }

    private async Task<T> RecoverAsync(string? email, ToriiException lost, RequestContext context)
    {
        string noun = resources.Type.Noun;
        if (email is null)
        {
            throw Unknown($"a {noun} without an email address cannot be looked up", "withoutEmail", "", lost);
        }

        IReadOnlyList<T> found;
        try
        {
            found = await findByEmail(email, context).ConfigureAwait(false);
        }
        catch (ToriiException e)
        {
            throw Unknown($"and the look-up failed: {e.Message.TrimEnd('.')}", null, email, lost);
        }

        bool isTaken = lost.ErrorId == ToriiErrorId.Conflict;
        if (found.Count == 0 || lost.FirstSentAt is not { } sent || pipeline.Clock.EarliestAt(sent) is not { } earliest)
        {
            throw found.Count == 0 || isTaken ? lost : Unknown("and the clock of the service is not known", null, email, lost);
        }

        T[] ours = [.. found.Where(r => recent.CanBeNewSince(Milliseconds.Floor(earliest), r))];
        return ours.Length == 1 ? ours[0]
            : ours.Length == 0 ? throw lost
            : throw Unknown($"and {ours.Length} {noun}s with that email address were created since", null, email, lost);
    }

    private ToriiException Unknown(string why, string? variant, string email, ToriiException lost) => new(
        ToriiErrorId.OutcomeUnknown,
        $"Whether the {resources.Type.Noun} was created is not known: no response confirms it ({lost.Message.TrimEnd('.')}), {why}.",
        lost)
    {
        Variant = variant ?? resources.Type.ErrorVariant ?? "email",
        Details = new Dictionary<string, string> { ["email"] = Redactor.RedactLine(email) },
        MayHaveBeenExecuted = true,
    };
}

/// <summary>
/// The ids of resources that were created lately and that this connection has read or created: none of them can be the
/// resource of a creation that is still under way.
/// </summary>
/// <typeparam name="T">The model of the resource.</typeparam>
/// <param name="id">Reads the id.</param>
/// <param name="createdAt">Reads the time of creation, by the clock of the service.</param>
/// <param name="since">When the connection began, by the clock of the service; null while that is not known.</param>
internal sealed class RecentResources<T>(Func<T, string> id, Func<T, DateTimeOffset> createdAt, Func<DateTimeOffset?> since)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, byte> _ids = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a resource that this connection created.</summary>
    public void Add(T resource) => _ids.TryAdd(id(resource), 0);

    /// <summary>Adds those of a page that were created since the connection began; older ones need no memory.</summary>
    public void AddRead(IReadOnlyList<T> resources)
    {
        if (since() is not { } begin)
        {
            return;
        }

        foreach (T resource in resources)
        {
            if (createdAt(resource) >= begin)
            {
                Add(resource);
            }
        }
    }

    /// <summary>Whether a resource can be that of a creation that began at a time.</summary>
    public bool CanBeNewSince(DateTimeOffset time, T resource) => createdAt(resource) >= time && !_ids.ContainsKey(id(resource));
}
