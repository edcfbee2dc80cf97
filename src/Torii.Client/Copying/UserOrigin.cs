using System.Globalization;

namespace Torii.Client.Copying;

/// <summary>Where a copied user comes from, as the private metadata of the copy keeps it.</summary>
/// <param name="Address">The base address of the service.</param>
/// <param name="UserId">The id that the user has there.</param>
/// <param name="CreatedAt">When the user was created there: a server with serial ids can give an id away again.</param>
/// <param name="IsUnfinished">Whether the copy was created, and the steps after the creation were not completed.</param>
public sealed record UserOrigin(string Address, string UserId, DateTimeOffset CreatedAt, bool IsUnfinished)
{
    /// <summary>The key in the private metadata.</summary>
    public const string Key = "copiedFrom";

    private const string Unfinished = "isUnfinished";

    /// <summary>What the mark keeps of a time.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(1);

    /// <summary>Reads the origin of a user; null for one who is not a copy.</summary>
    public static UserOrigin? Of(ToriiUser user) =>
        user.PrivateMetadata?.GetValueOrDefault(Key) is IDictionary<string, object?> kept
        && kept.TryGetValue("address", out object? address) && address is string at
        && kept.TryGetValue("userId", out object? id) && id is string userId
            && kept.TryGetValue("createdAt", out object? created)
            && DateTimeOffset.TryParse(created as string, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset createdAt)
            ? new(at, userId, createdAt, kept.TryGetValue(Unfinished, out object? unfinished) && unfinished is true)
            : null;

    /// <summary>Whether this is a certain user of a service.</summary>
    public bool Is(ServiceInfo service, ToriiUser user) => IsAt(service) && UserId == user.UserId && (CreatedAt - user.CreatedAt).Duration() < Precision;

    /// <summary>Whether this is a user of a service.</summary>
    public bool IsAt(ServiceInfo service) => Address == service.Address.AbsoluteUri;

    /// <summary>The metadata that marks a copy as complete.</summary>
    internal static ToriiMetadata Finished() => new() { [Key] = new ToriiMetadata { [Unfinished] = null } };

    /// <summary>The origin as metadata.</summary>
    /// <param name="service">The service of the original.</param>
    /// <param name="user">The original.</param>
    /// <param name="isUnfinished">Whether steps follow; null removes the mark of a user who exists.</param>
    internal static ToriiMetadata ToMetadata(ServiceInfo service, ToriiUser user, bool? isUnfinished)
    {
        ToriiMetadata origin = new()
        {
            ["service"] = service.Kind,
            ["address"] = service.Address.AbsoluteUri,
            ["userId"] = user.UserId,
            ["createdAt"] = user.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        };
        if (isUnfinished != false)
        {
            origin[Unfinished] = isUnfinished;
        }

        return origin;
    }
}
