using System.Net;
using Torii.Client.Http;

namespace Torii.Client.Services;

/// <summary>
/// Finds out which groups of operations a server has, by GET requests alone. A path with operations that change something
/// and none that reads answers a GET with 405 where it exists (RFC 9110 §15.5.6), and with 404 where it does not.
/// </summary>
internal static class ToriiFeatureProbe
{
    private const string Root = "/api/server/v1";
    private const string NoUser = $"{Root}/users/00000000-0000-0000-0000-000000000000";

    private static readonly (ToriiFeature Feature, string Path, bool CanRead)[] Probes =
    [
        (ToriiFeature.Metadata, $"{NoUser}/metadata", false),
        (ToriiFeature.Organizations, $"{Root}/organizations?limit=1", true),
        (ToriiFeature.Invitations, $"{Root}/invitations?limit=1", true),
        (ToriiFeature.Impersonation, $"{NoUser}/impersonation-token", false),
        (ToriiFeature.AllowedOrigins, $"{Root}/allowed-origins", true),
    ];

    /// <summary>Each group by name, and whether the server has it; null where another error hides that.</summary>
    public static async Task<IReadOnlyList<(string Name, bool? Has)>> FindAsync(ApiPipeline pipeline, RequestContext context) =>
        await Task.WhenAll(Probes.Select(async p => (p.Feature.Name, await HasAsync(pipeline, p.Path, p.CanRead, context).ConfigureAwait(false)))).ConfigureAwait(false);

    private static async Task<bool?> HasAsync(ApiPipeline pipeline, string path, bool canRead, RequestContext context)
    {
        try
        {
            return await pipeline.SendAsync(new ApiRequest { Method = HttpMethod.Get, Path = path }, context, static _ => true).ConfigureAwait(false);
        }
        catch (ToriiApiException e)
        {
            return e.StatusCode switch
            {
                (int)HttpStatusCode.MethodNotAllowed => !canRead,
                (int)HttpStatusCode.NotFound => false,
                _ => null,
            };
        }
    }
}
