namespace Torii.Client.Copying;

/// <summary>Where a copied user comes from, as the private metadata of the copy keeps it.</summary>
/// <param name="Address">The base address of the service.</param>
/// <param name="UserId">The id that the user has there.</param>
/// <param name="IsUnfinished">Whether the copy was created, and the steps after the creation were not completed.</param>
public sealed record UserOrigin(string Address, string UserId, bool IsUnfinished)
{
    /// <summary>The key in the private metadata.</summary>
    public const string Key = "copiedFrom";

    private const string Unfinished = "isUnfinished";

    /// <summary>Reads the origin of a user; null for one who is not a copy.</summary>
    public static UserOrigin? Of(ToriiUser user) =>
        user.PrivateMetadata?.GetValueOrDefault(Key) is IDictionary<string, object?> kept
        && kept.TryGetValue("address", out object? address) && address is string at
        && kept.TryGetValue("userId", out object? id) && id is string userId
            ? new(at, userId, kept.TryGetValue(Unfinished, out object? unfinished) && unfinished is true)
            : null;

    /// <summary>Whether this is the user of a service with an id.</summary>
    public bool Is(ServiceInfo service, string userId) => IsAt(service) && UserId == userId;

    /// <summary>Whether this is a user of a service.</summary>
    public bool IsAt(ServiceInfo service) => Address == service.Address.AbsoluteUri;

    /// <summary>The origin as metadata.</summary>
    /// <param name="service">The service of the original.</param>
    /// <param name="userId">The id of the original.</param>
    /// <param name="isUnfinished">Whether steps follow; null removes the mark of a user who exists.</param>
    internal static ToriiMetadata ToMetadata(ServiceInfo service, string userId, bool? isUnfinished)
    {
        ToriiMetadata origin = new() { ["service"] = service.Kind, ["address"] = service.Address.AbsoluteUri, ["userId"] = userId };
        if (isUnfinished != false)
        {
            origin[Unfinished] = isUnfinished;
        }

        return origin;
    }
}
