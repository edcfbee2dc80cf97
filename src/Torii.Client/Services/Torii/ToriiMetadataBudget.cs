using System.Globalization;
using Torii.Client.Resources;

namespace Torii.Client.Services;

/// <summary>
/// The size of metadata that torii stores: 8 KB for the three bags of a user together (updateUserMetadata), and for each
/// bag of an organization, a membership or an invitation (updateOrganizationMetadata). The server measures the merged result.
/// </summary>
internal static class ToriiMetadataBudget
{
    private const int MaxBytes = 8 * 1024;

    /// <summary>Describes bags that alone are larger; null for others.</summary>
    public static string? FindExcess(ResourceKind kind, ResourceBody body)
    {
        (string Name, int Bytes)[] bags =
            [.. body.Values.Where(static m => m.Key.EndsWith("Metadata", StringComparison.Ordinal) && m.Value is not null).Select(static m => (m.Key, PlainJson.ToRequest(m.Value).Length))];
        return (kind == ResourceKind.User ? [(string.Join(", ", bags.Select(static b => b.Name)), bags.Sum(static b => b.Bytes))] : bags)
            .Where(static b => b.Bytes > MaxBytes)
            .Select(static b => string.Create(
                CultureInfo.InvariantCulture,
                $"What is sent as {b.Name} is {b.Bytes:N0} bytes of JSON. torii stores at most {MaxBytes:N0} bytes after the merge and may refuse the request."))
            .FirstOrDefault();
    }
}
