using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Torii.Client.Http;

namespace Torii.Client.Resources;

/// <summary>What the operations on a resource need to know of it.</summary>
/// <typeparam name="T">Its model.</typeparam>
internal sealed record ResourceType<T>
    where T : ToriiObject
{
    /// <summary>Its name in messages, for example <c>user</c>.</summary>
    public required string Noun { get; init; }

    /// <summary>The shape of its JSON.</summary>
    public required JsonTypeInfo<T> Json { get; init; }

    /// <summary>Reads its id.</summary>
    public required Func<T, string> Id { get; init; }

    /// <summary>Reads when it was last changed; null where that is not known.</summary>
    public Func<T, DateTimeOffset?> UpdatedAt { get; init; } = static _ => null;

    /// <summary>The error id of a 404.</summary>
    public required string NotFoundErrorId { get; init; }

    /// <summary>Which recommended actions apply to its errors; null for the usual ones.</summary>
    public string? ErrorVariant { get; init; }

    /// <summary>Members that the service accepts and never returns.</summary>
    public IReadOnlySet<string> WriteOnly { get; init; } = new HashSet<string>();

    /// <summary>Names a required member that is missing beyond those of the model; null when none is.</summary>
    public Func<T, string?> FindMissingMember { get; init; } = static _ => null;

    /// <summary>Returns the resource within the body of a response. Default: the whole body.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Content { get; init; } = static body => body;

    /// <summary>Receives every resource that a response contained.</summary>
    public Action<T>? Seen { get; init; }
}

/// <summary>The requests about one kind of resource: each response is checked before it is passed on.</summary>
/// <typeparam name="T">The model of the resource.</typeparam>
internal sealed class ResourceOperations<T>(ApiPipeline pipeline, ResourceType<T> type, TimeProvider time)
    where T : ToriiObject
{
    public ResourceType<T> Type { get; } = type;

    /// <summary>A request about one resource.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path below the base address, escaped.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="safety">Whether the request may be repeated.</param>
    public ApiRequest Request(HttpMethod method, string path, ResourceBody? body = null, RetrySafety safety = RetrySafety.Repeatable) => new()
    {
        Method = method,
        Path = path,
        Body = body?.ToJson(),
        BodyFields = body?.Members ?? [],
        NotFoundErrorId = Type.NotFoundErrorId,
        ErrorVariant = Type.ErrorVariant,
        Safety = safety,
    };

    /// <summary>Sends a request whose response is the resource.</summary>
    /// <param name="request">The request.</param>
    /// <param name="id">The id that the response must have; null for a new resource.</param>
    /// <param name="context">The caller's.</param>
    /// <param name="sent">The members that the response must show, as JSON. Default: the body of a change.</param>
    /// <exception cref="ToriiException">
    /// <c>Torii.InvalidResponse</c>: it is not, or is another one; <c>Torii.FieldNotApplied</c>: a value that was sent is
    /// not in the response; or what every request throws.
    /// </exception>
    public async Task<T> SendAsync(ApiRequest request, string? id, RequestContext context, ReadOnlyMemory<byte>? sent = null)
    {
        DateTimeOffset began = time.GetUtcNow();
        (T resource, ReadOnlyMemory<byte> json) = await pipeline
            .SendAsync(request, context, response =>
            {
                ApiResponse content = response with { Body = Type.Content(response.Body) };
                return (content.ReadJson(Type.Json, found => FindWrongMember(found, id)), content.Body);
            }).ConfigureAwait(false);
        Type.Seen?.Invoke(resource);
        sent ??= request.IsRead ? null : request.Body;
        return sent is { IsEmpty: false } members ? Verify(members, resource, json, request.IsRead ? null : began, context) : resource;
    }

    /// <summary>Names a member of a resource that is missing or wrong; null when none is.</summary>
    public string? FindWrongMember(T? resource, string? id = null) =>
        ResponseValidator.FindWrongMember(resource, id, resource is null ? null : Type.Id(resource)) ?? Type.FindMissingMember(resource!);

    /// <summary>Checks that a resource shows what was sent.</summary>
    /// <param name="sent">The body of the request.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="response">The resource as JSON.</param>
    /// <param name="began">When the request began, by this machine's clock; null where that says nothing.</param>
    /// <param name="context">The caller's.</param>
    /// <exception cref="ToriiException"><c>Torii.FieldNotApplied</c>.</exception>
    public T Verify(ReadOnlyMemory<byte> sent, T resource, ReadOnlyMemory<byte> response, DateTimeOffset? began, RequestContext context)
    {
        bool isUnmoved = began is { } first && Type.UpdatedAt(resource) is { } updated && pipeline.Clock.EarliestAt(first) is { } earliest
            && updated < Milliseconds.Floor(earliest);
        using JsonDocument document = JsonDocument.Parse(response, JsonDepth.OfDocument);
        (IReadOnlyList<string> notApplied, IReadOnlyList<string> respelled) =
            AppliedFieldsVerifier.Compare(sent, document.RootElement, Type.WriteOnly, isUnmoved);
        if (respelled.Count > 0)
        {
            context.Observer?.Verbose($"The service stored {string.Join(", ", respelled)} of {Type.Noun} {Type.Id(resource)} in another spelling");
        }

        return notApplied.Count == 0 ? resource : throw NotApplied(resource, string.Join(", ", notApplied));
    }

    /// <summary>The error for a change that the service accepted and did not make.</summary>
    public ToriiException NotApplied(T resource, string members) => new(
        ToriiErrorId.FieldNotApplied,
        $"The service accepted the request for {Type.Noun} {Type.Id(resource)} and did not store: {members}. Other values of the request may have been stored.")
    {
        Variant = Type.ErrorVariant,
        Result = resource,
        MayHaveBeenExecuted = true,
    };
}
