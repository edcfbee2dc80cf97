using System.Net;
using Torii.Client.Http;

namespace Torii.Client.Services;

/// <summary>
/// A group of operations that older servers lack. No response tells the version of a server, and such a server answers
/// 404 as it does for an unknown id: a second request decides which of them a 404 means.
/// </summary>
/// <param name="Name">What the server lacks, in plural, for messages.</param>
/// <param name="Since">The first version of the API that has it.</param>
internal sealed record ToriiFeature(string Name, string Since)
{
    public static readonly ToriiFeature Metadata = new("metadata operations", "0.0.8");
    public static readonly ToriiFeature Invitations = new("invitations", "0.0.8");
    public static readonly ToriiFeature InvitationMetadata = new("metadata of invitations", "0.0.13");
    public static readonly ToriiFeature Organizations = new("organizations", "0.0.12");
    public static readonly ToriiFeature Impersonation = new("impersonation tokens", "0.0.12");
    public static readonly ToriiFeature AllowedOrigins = new("allowed origins", "0.0.12");

    /// <summary>Sends a request of this group.</summary>
    /// <param name="pipeline">Sends the request that decides.</param>
    /// <param name="context">The caller's.</param>
    /// <param name="probe">
    /// A path below the base address. When the operation answers 404, a GET of this path decides: if it succeeds
    /// and <paramref name="probeNamesTarget"/> holds, the target exists and the server lacks the operation; if it
    /// succeeds otherwise, the server has the operation and the target does not exist. Null where the path of the
    /// operation names no id, so that the 404 itself decides.
    /// </param>
    /// <param name="send">Sends the request.</param>
    /// <param name="probeNamesTarget">Whether the path is that of the target, in a group that every server has. Default: true.</param>
    /// <exception cref="ToriiException"><c>Torii.NotSupported</c>, or what <paramref name="send"/> throws.</exception>
    public async Task<T> SendAsync<T>(ApiPipeline pipeline, RequestContext context, string? probe, Func<Task<T>> send, bool probeNamesTarget = true)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (ToriiApiException e) when (IsMissing(e))
        {
            // A 405 is about the path, not about an id in it (RFC 9110 §15.5.6).
            if (e.StatusCode == (int)HttpStatusCode.MethodNotAllowed || probe is null || await ExistsAsync(pipeline, context, probe).ConfigureAwait(false) == probeNamesTarget)
            {
                throw Lacks(e);
            }

            throw;
        }
    }

    /// <summary>Whether a response can be that of a server without the operation.</summary>
    public static bool IsMissing(ToriiApiException e) => e.StatusCode is (int)HttpStatusCode.NotFound or (int)HttpStatusCode.MethodNotAllowed;

    /// <summary>Whether a GET of a path finds something.</summary>
    public static async Task<bool> ExistsAsync(ApiPipeline pipeline, RequestContext context, string path)
    {
        try
        {
            await pipeline.SendAsync(new ApiRequest { Method = HttpMethod.Get, Path = path }, context, static _ => true).ConfigureAwait(false);
            return true;
        }
        catch (ToriiApiException e) when (IsMissing(e))
        {
            return false;
        }
    }

    /// <summary>The error for a server without these operations.</summary>
    public ToriiException Lacks(ToriiApiException e) => new(
        ToriiErrorId.NotSupported, $"This server has no {Name} (torii server API {Since} or newer).", e)
    {
        Variant = "server",
        MayHaveBeenExecuted = e.MayHaveBeenExecuted,
    };
}
